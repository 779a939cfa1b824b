// What the schema has: on Neo4j its indexes, those of constraints too.

// name: schema_parts()
// In no order, with the state of each: ONLINE, POPULATING or FAILED.
SHOW INDEXES YIELD name, type, state
WHERE type <> 'LOOKUP'
RETURN name, state
