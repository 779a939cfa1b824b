"""The training side: split, features, baselines, GraphSAGE, and what serving reads of it.

Serving imports `gnn.embeddings`, `gnn.likelihood`, `gnn.artifact`, `gnn.inductive` and
`gnn.features`, which never import torch; `gnn.train` and `gnn.evaluate` do, through `gnn.fitting`.
"""
