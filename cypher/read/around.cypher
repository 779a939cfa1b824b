// What a vector is made of (`gnn.inductive`): what stands around one user or post, an edge a row, in
// no order. Types are called as each engine does: ladybug/around.cypher.

// name: around_user(user_id: string)
// What the user did with posts, how often (a rating: percent of 50), and wrote. Whom they know and
// what they picked: `viewer_context`.
MATCH (u:User {id: $user_id})
    -[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED|AUTHORED]->(p:Post)
RETURN type(e) AS edge, p.id AS id, coalesce(e.percent / 50.0, e.times, 1.0) AS weight

// name: born_users(user_ids: strings)
UNWIND $user_ids AS user_id
MATCH (u:User {id: user_id})
RETURN u.id AS id, u.joined_at AS at

// name: around_post(post_id: string)
// Who did anything with the post or wrote it; at most so many of a post that everybody knows.
MATCH (p:Post {id: $post_id})
    <-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED|AUTHORED]-(u:User)
RETURN type(e) AS edge, u.id AS id, coalesce(e.percent / 50.0, e.times, 1.0) AS weight
LIMIT 2000

// name: content_of(post_id: string)
// What the post is about, with what each weighs.
MATCH (p:Post {id: $post_id})-[e:TAGGED|IN_CATEGORY|EVOKES|ABOUT]->(c)
RETURN type(e) AS edge, c.id AS id, coalesce(e.weight, 1.0) AS weight
