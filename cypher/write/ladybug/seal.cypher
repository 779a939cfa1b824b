// The name that the graph bears while nothing is written to it. Whoever keeps something of the graph
// beside it (graph.search) takes the name at the end, and finds it again, or does not.

// name: put_seal(name: string)
// A new name, or by an empty one: the graph is being written to. Told to no `Changes`.
MERGE (s:Seal {id: 'graph'})
SET s.name = $name

// name: seal()
// The name; no row, or an empty one, where there is none.
MATCH (s:Seal {id: 'graph'})
RETURN s.name AS name
