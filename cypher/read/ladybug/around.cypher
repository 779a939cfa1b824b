// As around.cypher, in Ladybug's own words for an edge's type.

// name: around_user(user_id: string)
MATCH (u:User {id: $user_id})
    -[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED|AUTHORED]->(p:Post)
RETURN label(e) AS edge, p.id AS id, coalesce(e.percent / 50.0, e.times, 1.0) AS weight

// name: around_post(post_id: string)
MATCH (p:Post {id: $post_id})
    <-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED|AUTHORED]-(u:User)
RETURN label(e) AS edge, u.id AS id, coalesce(e.percent / 50.0, e.times, 1.0) AS weight
LIMIT 2000

// name: content_of(post_id: string)
// Taken apart, since half of the tables have no weight: as in responses.cypher.
MATCH (p:Post {id: $post_id})-[e:TAGGED|EVOKES]->(c)
RETURN label(e) AS edge, c.id AS id, coalesce(e.weight, 1.0) AS weight
UNION ALL
MATCH (p:Post {id: $post_id})-[e:IN_CATEGORY|ABOUT]->(c)
RETURN label(e) AS edge, c.id AS id, 1.0 AS weight
