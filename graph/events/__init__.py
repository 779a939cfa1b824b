"""An app's own events, one JSON object a line, into the graph: in any order, any number of times.

`schema` says what an event is, `facts` what it says of the graph, `states` what is kept of each
fact, `rows` what the graph shall say of it, and `intake` runs them one after another.
"""
