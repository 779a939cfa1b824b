// Emptying a server's graph; the embedded engine's is a file that can be removed.

// name: wipe_some(limit: int)
// Deletes up to that many nodes with their edges; how many there were.
MATCH (n)
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(n) AS nodes
