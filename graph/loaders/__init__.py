"""One module a source: its data -> batches of `graph.model`. Nothing here knows of a store."""
