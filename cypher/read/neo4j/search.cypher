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

// name: find_groups(words: string, groups: strings)
// Of the 10,000 that match best those for everybody, and of these $groups: what few may know of takes
// nobody's place.
CALL db.index.fulltext.queryNodes('search_groups', $words, {limit: 10000}) YIELD node, score
WHERE coalesce(node.privacy, 'public') = 'public' OR node.id IN $groups
RETURN node.id AS id
ORDER BY score DESC, id
LIMIT 900

// name: find_tags(words: string)
CALL db.index.fulltext.queryNodes('search_tags', $words, {limit: 900}) YIELD node, score
RETURN node.id AS id
ORDER BY score DESC, id

// name: find_posts(words: string, groups: strings)
// Likewise, with what stands in these groups.
CALL db.index.fulltext.queryNodes('search_posts', $words, {limit: 10000}) YIELD node, score
WHERE coalesce(node.privacy, 'public') = 'public' AND coalesce(node.available, true)
    AND (node.group_id IS NULL OR node.group_id IN $groups)
OPTIONAL MATCH (u:User {id: node.author_id})
WITH node, score, coalesce(u.privacy, 'public') AS privacy, coalesce(u.active, true) AS active,
    u.id AS author_id
WHERE node.author_id IS NULL OR (author_id IS NOT NULL AND privacy = 'public' AND active)
RETURN node.id AS id
ORDER BY score DESC, id
LIMIT 300

// name: find_posts_lately(words: string, groups: strings)
// The latest of them.
CALL db.index.fulltext.queryNodes('search_posts', $words, {limit: 10000}) YIELD node
WHERE coalesce(node.privacy, 'public') = 'public' AND coalesce(node.available, true)
    AND (node.group_id IS NULL OR node.group_id IN $groups)
OPTIONAL MATCH (u:User {id: node.author_id})
WITH node, coalesce(u.privacy, 'public') AS privacy, coalesce(u.active, true) AS active,
    u.id AS author_id
WHERE node.author_id IS NULL OR (author_id IS NOT NULL AND privacy = 'public' AND active)
RETURN node.id AS id
ORDER BY coalesce(node.created_at, 0) DESC, id
LIMIT 600

// name: find_posts_of_any(words: string)
// The latest of the 3,000 that say it most, whoever they are for.
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
