// Ladybug's own word for an edge's type.

// name: did(user_id: string, post_id: string)
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED|HID]->(p:Post {id: $post_id})
RETURN label(e) AS edge, coalesce(e.at, 0) AS at, e.times AS times, e.percent AS percent,
    e.kind AS kind
