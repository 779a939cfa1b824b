"""What one person does, as edges and nodes: one module a noun, over named queries that write.

These functions keep the graph free of contradictions, also between people who act at once; whether
somebody may do a thing is asked before, in `social`.
"""
