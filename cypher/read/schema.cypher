// Which version the schema of the graph has (graph/schema.py).

// name: schema_version()
// No row where none was kept; on Ladybug only where the table is there.
MATCH (s:Schema {id: 'graph'})
RETURN s.version AS version
