// What people did with one post, read live. OPTIONAL, because Ladybug 0.22 plans a plain step over a
// table that is empty as a scan of its other end.

// name: did(user_id: string, post_id: string)
// What the user did with the post, a row an edge, in no order. How types are called is each engine's
// own matter: ladybug/responses.cypher.
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED|HID]->(p:Post {id: $post_id})
RETURN type(e) AS edge, coalesce(e.at, 0) AS at, e.times AS times, e.percent AS percent,
    e.kind AS kind

// name: responses(post_id: string)
// Who openly responded to the post: who likes it, whom it inspired, who reacted to it (and how), who
// shared it; in no order, and of more than a thousand of one kind some.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:LIKED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN 'likers' AS kind, user_id, '' AS word
LIMIT 1000
UNION ALL
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:INSPIRED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN 'inspired' AS kind, user_id, '' AS word
LIMIT 1000
UNION ALL
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:REACTED]-(u:User)
WITH u.id AS user_id, coalesce(e.kind, '') AS word
WHERE user_id IS NOT NULL
RETURN 'reacters' AS kind, user_id, word
LIMIT 1000
UNION ALL
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:SHARED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN 'sharers' AS kind, user_id, '' AS word
LIMIT 1000

// name: likers_after(post_id: string, at: int, id: string)
// Who likes the post, the latest first; ties by id; a page of them, as in friendships.cypher.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:LIKED]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at, '' AS word
ORDER BY at DESC, id
LIMIT 100

// name: reacters_after(post_id: string, at: int, id: string)
// Who reacted to the post, and how, the latest first; ties by id.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:REACTED]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at, coalesce(e.kind, '') AS word
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at, word
ORDER BY at DESC, id
LIMIT 100

// name: shares_by(user_id: string, post_id: string)
// The posts by which the user openly shares the post, in no order: neither those that are deleted nor
// those that are not for everybody.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:SHARES]-(s:Post)
WITH s.id AS post_id, s.author_id AS author_id, coalesce(s.deleted, false) AS deleted,
    coalesce(s.privacy, 'public') AS privacy
WHERE post_id IS NOT NULL AND author_id = $user_id AND NOT deleted AND privacy = 'public'
RETURN post_id
