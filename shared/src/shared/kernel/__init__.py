"""The pure core under the contracts: records, ids, partitions, signatures."""
