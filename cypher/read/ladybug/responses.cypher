// Ladybug's own word for an edge's type. REACTED by itself: a step over several tables that reads a text
// which some of them lack ends the process where the transaction has written to one (Ladybug 0.22).

// name: did(user_id: string, post_id: string)
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|COMMENTED|SHARED|HID]->(p:Post {id: $post_id})
RETURN label(e) AS edge, coalesce(e.at, 0) AS at, e.times AS times, e.percent AS percent,
    CAST(NULL AS STRING) AS kind
UNION ALL
MATCH (u:User {id: $user_id})-[e:REACTED]->(p:Post {id: $post_id})
RETURN label(e) AS edge, coalesce(e.at, 0) AS at, CAST(NULL AS INT64) AS times,
    CAST(NULL AS INT64) AS percent, e.kind AS kind
