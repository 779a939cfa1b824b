"""Public data sets as graphs, to measure against what others published.

One module a data set: it says where its links, friends and tags come from, and how they are split.
None of the data is ours to ship: they are read from their archives when a command runs.
"""
