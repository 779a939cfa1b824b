"""The training side: split, features, baselines, GraphSAGE, and what serving reads of it.

`gnn.embeddings`, `gnn.likelihood`, `gnn.artifact` and `gnn.features` need numpy and scipy only;
`gnn.data`, `gnn.model` and `gnn.train` are the only importers of torch.
"""
