// When what there is came to be; whole tables are read, so never for a viewer.

// name: growth(width: int)
// How many rows of a kind began in which stretch of `width` seconds, counted from 1970; in no order.
// What bears no time is in none, and of what is done again and again the latest time counts.
MATCH (n:User) WHERE n.joined_at IS NOT NULL
RETURN 'users' AS kind, n.joined_at / $width AS stretch, count(n) AS rows
UNION ALL
MATCH (n:Post) WHERE n.created_at IS NOT NULL
RETURN 'posts' AS kind, n.created_at / $width AS stretch, count(n) AS rows
UNION ALL
MATCH (n:`Comment`) WHERE n.created_at IS NOT NULL
RETURN 'comments' AS kind, n.created_at / $width AS stretch, count(n) AS rows
UNION ALL
MATCH (:User)-[e:FRIEND]->(:User) WHERE e.since IS NOT NULL
RETURN 'friend' AS kind, e.since / $width AS stretch, count(e) AS rows
UNION ALL
MATCH (:User)-[e:VIEWED]->(:Post) WHERE e.at IS NOT NULL
RETURN 'viewed' AS kind, e.at / $width AS stretch, count(e) AS rows
UNION ALL
MATCH (:User)-[e:LIKED]->(:Post) WHERE e.at IS NOT NULL
RETURN 'liked' AS kind, e.at / $width AS stretch, count(e) AS rows
UNION ALL
MATCH (:User)-[e:INSPIRED]->(:Post) WHERE e.at IS NOT NULL
RETURN 'inspired' AS kind, e.at / $width AS stretch, count(e) AS rows
UNION ALL
MATCH (:User)-[e:RATED]->(:Post) WHERE e.at IS NOT NULL
RETURN 'rated' AS kind, e.at / $width AS stretch, count(e) AS rows
UNION ALL
MATCH (:User)-[e:REACTED]->(:Post) WHERE e.at IS NOT NULL
RETURN 'reacted' AS kind, e.at / $width AS stretch, count(e) AS rows
UNION ALL
MATCH (:User)-[e:SHARED]->(:Post) WHERE e.at IS NOT NULL
RETURN 'shared' AS kind, e.at / $width AS stretch, count(e) AS rows
