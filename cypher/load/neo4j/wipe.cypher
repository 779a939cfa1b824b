// For benches and tests alone, on a server of their own: no command of Resonance runs it.

// name: wipe_edges(limit: int)
// Delete so many edges, whatever they are, and say how many there were: those of a thousand nodes
// that are known to all are more than one transaction has room for.
MATCH ()-[r]->()
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS gone

// name: wipe_some(limit: int)
// Delete so many nodes, whatever they are, and say how many there were: 0 when the graph is empty.
MATCH (n)
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS gone
