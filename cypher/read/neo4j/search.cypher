// The full-text indexes of Neo4j (schema/neo4j/). $words is a query of Lucene's, which
// graph/search/lucene.py builds: no text of a user's stands in it but quoted or as plain letters.
// What they find is looked at again by its words (graph.search.matching), which decide.

// name: find_people(words: string)
CALL db.index.fulltext.queryNodes('search_people', $words, {limit: 900}) YIELD node, score
RETURN node.id AS id
ORDER BY score DESC, id

// name: find_handles(words: string)
// By the runs of letters of usernames.
CALL db.index.fulltext.queryNodes('search_handles', $words, {limit: 300}) YIELD node, score
RETURN node.id AS id
ORDER BY score DESC, id

// name: find_people_of(words: string, user_ids: strings)
// Those of these users, of the 10,000 that match best; likewise below.
CALL db.index.fulltext.queryNodes('search_people', $words, {limit: 10000}) YIELD node
WHERE node.id IN $user_ids
RETURN node.id AS id
ORDER BY id

// name: find_handles_of(words: string, user_ids: strings)
CALL db.index.fulltext.queryNodes('search_handles', $words, {limit: 10000}) YIELD node
WHERE node.id IN $user_ids
RETURN node.id AS id
ORDER BY id

// name: find_groups(words: string)
CALL db.index.fulltext.queryNodes('search_groups', $words, {limit: 900}) YIELD node, score
RETURN node.id AS id
ORDER BY score DESC, id

// name: find_tags(words: string)
CALL db.index.fulltext.queryNodes('search_tags', $words, {limit: 900}) YIELD node, score
RETURN node.id AS id
ORDER BY score DESC, id

// name: find_posts(words: string)
CALL db.index.fulltext.queryNodes('search_posts', $words, {limit: 300}) YIELD node, score
RETURN node.id AS id
ORDER BY score DESC, id

// name: find_posts_lately(words: string)
// The latest of the 3,000 that say it most.
CALL db.index.fulltext.queryNodes('search_posts', $words, {limit: 3000}) YIELD node
RETURN node.id AS id
ORDER BY coalesce(node.created_at, 0) DESC, id
LIMIT 600

// name: find_posts_by(words: string, author_ids: strings)
// Those of them that these people wrote, the latest first.
CALL db.index.fulltext.queryNodes('search_posts', $words, {limit: 5000}) YIELD node
WHERE node.author_id IN $author_ids
RETURN node.id AS id
ORDER BY coalesce(node.created_at, 0) DESC, id
LIMIT 200

// name: await_search()
// Waits until all indexes are filled.
CALL db.awaitIndexes(3600)
