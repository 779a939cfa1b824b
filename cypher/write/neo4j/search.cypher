// The full-text indexes, dropped; `GraphStore.migrate` makes them anew (schema/neo4j/).

// name: drop_search_people()
DROP INDEX search_people IF EXISTS

// name: drop_search_handles()
DROP INDEX search_handles IF EXISTS

// name: drop_search_posts()
DROP INDEX search_posts IF EXISTS

// name: drop_search_groups()
DROP INDEX search_groups IF EXISTS

// name: drop_search_tags()
DROP INDEX search_tags IF EXISTS
