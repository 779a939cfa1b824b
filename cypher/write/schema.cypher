// The version of the graph's schema (graph/schema.py), told to no `Changes`.

// name: put_schema_version(version: int)
// Kept when all of that version is there. Never lowered: a process of an earlier version may be
// bringing the same graph up.
MERGE (s:Schema {id: 'graph'})
ON CREATE SET s.version = $version
ON MATCH SET s.version = CASE WHEN s.version < $version THEN $version ELSE s.version END
