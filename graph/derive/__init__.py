"""Derived edges, bounded per node: champions (`TOP`), posts (`SIMILAR`) and people (`NEAR`)."""
