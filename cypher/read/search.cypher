// What search reads of nodes: their words, for the embedded engine's index and for the ranking; and
// whom a viewer knows by a friend. Point look-ups, but for what its comment says.

// name: searched_users(ids: strings)
// In no order, as those below; ids that are not there drop out.
UNWIND $ids AS id
MATCH (n:User {id: id})
RETURN n.id AS id, n.username AS username, n.active AS active, n.details AS details,
    n.privacy AS privacy

// name: searched_posts(ids: strings)
UNWIND $ids AS id
MATCH (n:Post {id: id})
RETURN n.id AS id, n.title AS title, n.text AS text, n.tags AS tags, n.author_id AS author_id,
    n.deleted AS deleted, n.privacy AS privacy, n.available AS available, n.group_id AS group_id

// name: searched_groups(ids: strings)
UNWIND $ids AS id
MATCH (n:`Group` {id: id})
RETURN n.id AS id, n.name AS name, n.deleted AS deleted, n.privacy AS privacy

// name: searched_tags(ids: strings)
UNWIND $ids AS id
MATCH (n:Tag {id: id})
RETURN n.id AS id, n.name AS name

// name: searched_times()
// All posts and when they were made; for the rebuild of an index alone.
MATCH (n:Post)
RETURN n.id AS id, coalesce(n.created_at, 0) AS at

// name: friends_beyond(user_id: string)
// Friends of friends, a row a friend between, in no order; the user too (Ladybug), and friends. Asked
// of those who have friends: over an empty table Ladybug would scan.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:FRIEND]-(p:User)
RETURN f.id AS friend_id, p.id AS user_id
LIMIT 10000

// name: tagged_with(tag_id: string)
// Some posts with the tag, in no order: of its champions, which everybody may see, and of all, so that
// what few may see takes no champion's place. OPTIONAL: see ties.cypher.
MATCH (t:Tag {id: $tag_id})
OPTIONAL MATCH (t)-[:TOP]->(p:Post)
WITH p
WHERE p.id IS NOT NULL
RETURN p.id AS post_id
LIMIT 100
UNION ALL
MATCH (t:Tag {id: $tag_id})
OPTIONAL MATCH (t)<-[:TAGGED]-(p:Post)
WITH p
WHERE p.id IS NOT NULL
RETURN p.id AS post_id
LIMIT 100
