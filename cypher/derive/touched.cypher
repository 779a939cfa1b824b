// What derived edges rest on, around single nodes that were written to (graph/derive/around.py).

// name: engagers_of(post_id: string)
// Who did anything with the post, a row a signal, in no order; of a post with more of them than the
// limit it is known that it has.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]-(u:User)
WITH u.id AS user_id, e.at AS at
WHERE user_id IS NOT NULL
RETURN user_id, at
LIMIT 5001

// name: authors_of(post_id: string)
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:AUTHORED]-(u:User)
WITH u.id AS user_id
WHERE user_id IS NOT NULL
RETURN user_id

// name: similar_leading_to(post_id: string)
// The posts whose lists hold the post. On an embedded graph it looks through all lists.
MATCH (p:Post {id: $post_id})<-[:SIMILAR]-(q:Post)
RETURN q.id AS source

// name: near_leading_to(user_id: string)
// The users whose lists hold the user; likewise.
MATCH (u:User {id: $user_id})<-[:NEAR]-(v:User)
RETURN v.id AS source
