"""Derived edges: champions (`TOP`) and co-engagement (`SIMILAR`), bounded per node."""
