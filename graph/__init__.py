"""The graph and the way to it: records, the store's seam, loaders, queries, derived edges."""
