// Posts, tags, categories and moods: what there is, and how people take it.

// name: tags(limit: int)
// The most used tags, and how many people picked them. Try limit=20.
MATCH (p:Post)-[:TAGGED]->(t:Tag)
WITH t, count(p) AS posts
OPTIONAL MATCH (u:User)-[:INTERESTED_IN]->(t)
WITH t, posts, count(u) AS people
RETURN t.id AS tag, posts, people
ORDER BY posts DESC, tag
LIMIT $limit

// name: mood_map(limit: int)
// Which moods meet in which categories. Try limit=40.
MATCH (c:Category)<-[:IN_CATEGORY]-(p:Post)-[:EVOKES]->(m:Mood)
WITH c, m, count(p) AS posts
RETURN c.name AS category, m.id AS mood, posts
ORDER BY posts DESC, category, mood
LIMIT $limit

// name: lonely_posts(limit: int)
// The newest posts that nobody has viewed, liked, been inspired by or rated. Try limit=20.
MATCH (p:Post)
WHERE NOT EXISTS { MATCH (:User)-[:VIEWED|LIKED|INSPIRED|RATED]->(p) }
RETURN p.id AS post, p.title AS title, p.created_at AS created_at
ORDER BY created_at DESC, post
LIMIT $limit

// name: champions(tag_id: string, limit: int)
// The posts that a tag puts first, with their scores. Try tag_id=jazz, limit=20.
MATCH (t:Tag {id: $tag_id})-[r:TOP]->(p:Post)
RETURN r.rank AS rank, p.id AS post, p.title AS title, r.score AS score
ORDER BY rank, post
LIMIT $limit

// name: similar_to(post_id: string, limit: int)
// The posts that the same people engage with. Try post_id=sv:post:12, limit=20.
MATCH (q:Post {id: $post_id})-[r:SIMILAR]->(p:Post)
RETURN r.rank AS rank, p.id AS post, p.title AS title, r.score AS score
ORDER BY rank, post
LIMIT $limit

// name: why(user_id: string, post_id: string)
// The short ways from a user to a post: shared interests, friends who liked it, similar posts,
// people like them.
// Try user_id=sv:user:1, post_id=sv:post:12.
MATCH (u:User {id: $user_id})-[:INTERESTED_IN]->(t:Tag)<-[:TAGGED]-(p:Post {id: $post_id})
RETURN 'interest' AS way, t.id AS via
UNION ALL
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:AUTHORED]->(p:Post {id: $post_id})
RETURN 'friend wrote it' AS way, f.id AS via
UNION ALL
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:LIKED]->(p:Post {id: $post_id})
RETURN 'friend liked it' AS way, f.id AS via
UNION ALL
MATCH (u:User {id: $user_id})-[:LIKED|VIEWED|RATED|INSPIRED]->(q:Post)-[:SIMILAR]->(p:Post {id: $post_id})
RETURN 'similar to a post of yours' AS way, q.id AS via
UNION ALL
MATCH (u:User {id: $user_id})-[:NEAR]->(n:User)-[:LIKED]->(p:Post {id: $post_id})
RETURN 'somebody like you liked it' AS way, n.id AS via
