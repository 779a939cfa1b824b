"""What one person does, if they may: checked by the gate, done in the graph, told to others.

One module a noun, over `graph.actions`; `web` parses requests and writes JSON, and decides nothing.
"""
