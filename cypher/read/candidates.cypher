// Where a feed's posts come from. Each starts at one node and is bounded by its limits; each row is
// a post and the source's own score, and where one node led to it, that node (via: a reason). Ties
// go to the lower post id, then the lower via. A derived edge without a score is one that Neo4j is
// deleting at this moment (its readers are not isolated from commits): worth nothing any more.

// name: by_interests(user_id: string, per_tag: int, limit: int)
// Champions of the tags that the viewer picked.
MATCH (u:User {id: $user_id})-[:INTERESTED_IN]->(t:Tag)-[r:TOP]->(p:Post)
WHERE r.rank < $per_tag
RETURN p.id AS post_id, t.id AS via, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id, via
LIMIT $limit

// name: by_friends(user_id: string, limit: int)
// The newest of what friends posted; the score is when.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:AUTHORED]->(p:Post)
RETURN p.id AS post_id, f.id AS via, 1.0 * coalesce(p.created_at, 0) AS score
ORDER BY score DESC, post_id, via
LIMIT $limit

// name: by_friends_engaged(user_id: string, limit: int)
// The latest of what friends engaged with by any signal; the score is how many friends did.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)
MATCH (f)-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN p.id AS post_id, 1.0 * count(DISTINCT f.id) AS score, max(coalesce(e.at, 0)) AS at
ORDER BY at DESC, score DESC, post_id
LIMIT $limit

// name: friends_openly(user_id: string, limit: int)
// The latest of friends' open gestures, the ones that a reason may name: a view or a rating is none.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)
MATCH (f)-[e:LIKED|INSPIRED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN p.id AS post_id, f.id AS via, 1.0 * max(coalesce(e.at, 0)) AS score
ORDER BY score DESC, post_id, via
LIMIT $limit

// name: friends_of_friends(user_id: string, known_ids: strings, limit: int)
// People two steps away and not in known_ids (the viewer and their friends), by common friends.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:FRIEND]-(g:User)
WHERE NOT g.id IN $known_ids
RETURN g.id AS user_id, count(DISTINCT f.id) AS mutual
ORDER BY mutual DESC, user_id
LIMIT $limit

// name: by_friends_of_friends(user_id: string, known_ids: strings, people: int, limit: int)
// What the nearest friends of friends wrote or engaged with; the score is how many of them did.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:FRIEND]-(g:User)
WHERE NOT g.id IN $known_ids
WITH g, count(DISTINCT f.id) AS mutual
ORDER BY mutual DESC, g.id
LIMIT $people
MATCH (g)-[:AUTHORED|VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN p.id AS post_id, 1.0 * count(DISTINCT g.id) AS score
ORDER BY score DESC, post_id
LIMIT $limit

// name: friends_of_friends_openly(user_id: string, known_ids: strings, people: int, limit: int)
// What the nearest friends of friends wrote or openly responded to, with the (lowest) common friend.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:FRIEND]-(g:User)
WHERE NOT g.id IN $known_ids
WITH g, count(DISTINCT f.id) AS mutual, min(f.id) AS friend_id
ORDER BY mutual DESC, g.id
LIMIT $people
MATCH (g)-[:AUTHORED|LIKED|INSPIRED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN DISTINCT p.id AS post_id, g.id AS via, friend_id AS friend_id, 1.0 * mutual AS score
ORDER BY score DESC, post_id, via
LIMIT $limit

// name: by_similar(user_id: string, history: int, limit: int)
// Posts like those that the viewer engaged with last.
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(q:Post)
WITH q, max(coalesce(e.at, 0)) AS at
ORDER BY at DESC, q.id
LIMIT $history
MATCH (q)-[r:SIMILAR]->(p:Post)
RETURN p.id AS post_id, q.id AS via, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id, via
LIMIT $limit

// name: by_tag(tag_id: string, limit: int)
MATCH (t:Tag {id: $tag_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, t.id AS via, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT $limit

// name: by_category(category_id: string, limit: int)
MATCH (c:Category {id: $category_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, c.id AS via, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT $limit

// name: by_mood(mood_id: string, limit: int)
MATCH (m:Mood {id: $mood_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, m.id AS via, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT $limit

// name: by_chart(chart_id: string, limit: int)
// A chart of the whole graph: popular (with decay), recent, or project:CODE.
MATCH (c:Chart {id: $chart_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, c.id AS via, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT $limit
