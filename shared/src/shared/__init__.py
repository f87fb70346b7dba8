"""The wire contracts, the ports, the engine and the adapters that services share."""
