// What the schema has: on Ladybug its tables, whose keys are parts of them.

// name: schema_parts()
// In no order; each can be used.
CALL show_tables() RETURN name AS name, 'ONLINE' AS state
