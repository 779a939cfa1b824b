// Neo4j locks a node for who writes to it, as in write/neo4j/hold.cypher.

// name: hold_derivation()
MATCH (d:Derivation {id: 'graph'})
SET d.held = true
REMOVE d.held
RETURN coalesce(d.run, '') AS run, coalesce(d.running, '') AS running
