// What people did with one post, read live. OPTIONAL, because Ladybug 0.22 plans a plain step over a
// table that is empty as a scan of its other end.

// name: did(user_id: string, post_id: string)
// What the user did with the post, a row an edge, in no order: its type, since when (0 where nobody
// knows), how often or how much, and which kind.
MATCH (u:User {id: $user_id})-[e:VIEWED]->(p:Post {id: $post_id})
RETURN 'viewed' AS edge, coalesce(e.at, 0) AS at, coalesce(e.times, 1) AS number, '' AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:LIKED]->(p:Post {id: $post_id})
RETURN 'liked' AS edge, coalesce(e.at, 0) AS at, 1 AS number, '' AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:INSPIRED]->(p:Post {id: $post_id})
RETURN 'inspired' AS edge, coalesce(e.at, 0) AS at, coalesce(e.times, 1) AS number, '' AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:RATED]->(p:Post {id: $post_id})
RETURN 'rated' AS edge, coalesce(e.at, 0) AS at, coalesce(e.percent, 0) AS number, '' AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:REACTED]->(p:Post {id: $post_id})
RETURN 'reacted' AS edge, coalesce(e.at, 0) AS at, 1 AS number, coalesce(e.kind, '') AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:COMMENTED]->(p:Post {id: $post_id})
RETURN 'commented' AS edge, coalesce(e.at, 0) AS at, coalesce(e.times, 1) AS number, '' AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:SHARED]->(p:Post {id: $post_id})
RETURN 'shared' AS edge, coalesce(e.at, 0) AS at, 1 AS number, '' AS word
UNION ALL
MATCH (u:User {id: $user_id})-[e:HID]->(p:Post {id: $post_id})
RETURN 'hid' AS edge, coalesce(e.at, 0) AS at, 1 AS number, '' AS word

// name: likers(post_id: string)
// Who likes the post, in no order; of more than a thousand some.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:LIKED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN user_id, '' AS word
LIMIT 1000

// name: inspired(post_id: string)
// Whom the post inspired, likewise.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:INSPIRED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN user_id, '' AS word
LIMIT 1000

// name: reacters(post_id: string)
// Who reacted to the post, and how, likewise.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:REACTED]-(u:User)
WITH u.id AS user_id, e.kind AS word
WHERE user_id IS NOT NULL
RETURN user_id, coalesce(word, '') AS word
LIMIT 1000

// name: sharers(post_id: string)
// Who shared the post, likewise.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:SHARED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN user_id, '' AS word
LIMIT 1000

// name: likers_after(post_id: string, at: int, id: string, limit: int)
// Who likes the post, the latest first; ties by id. Those after a place, as in friendships.cypher.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:LIKED]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at, '' AS word
ORDER BY at DESC, id
LIMIT $limit

// name: reacters_after(post_id: string, at: int, id: string, limit: int)
// Who reacted to the post, and how, the latest first; ties by id.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:REACTED]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at, coalesce(e.kind, '') AS word
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at, word
ORDER BY at DESC, id
LIMIT $limit

// name: shares_by(user_id: string, post_id: string)
// The posts by which the user shares the post, in no order; not those that are deleted.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:SHARES]-(s:Post)
WITH s.id AS post_id, s.author_id AS author_id, coalesce(s.deleted, false) AS deleted
WHERE post_id IS NOT NULL AND author_id = $user_id AND NOT deleted
RETURN post_id
