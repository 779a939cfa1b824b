// Lists are stored by where they begin alone, so what leads to a node is found by looking through all of
// them: for many nodes at once.

// name: drop_lists_to(ids: strings)
MATCH ()-[e:TOP|SIMILAR]->(p:Post)
WHERE p.id IN $ids
DELETE e
