// Neo4j locks a node for who writes to it, as in write/neo4j/hold.cypher.

// name: hold_derivation()
MATCH (d:Derivation {id: 'graph'})
SET d.held = true
REMOVE d.held
RETURN coalesce(d.run, '') AS run, coalesce(d.running, '') AS running

// name: hold_keeper()
// Made where there is none: two who held nothing would both become it.
MERGE (k:Keeper {id: 'lists'})
SET k.held = true
REMOVE k.held
RETURN coalesce(k.name, '') AS name, coalesce(k.beat, 0) AS beat
