"""The demo: dirty flights from a seed, the truth kept aside, a run that ends with its score."""
