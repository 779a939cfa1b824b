// Pictures: every column is a node or an edge, so that Neo4j Browser draws the answer, as does
// `resonance explore NAME --html PAGE` on either engine. To paste one into Neo4j Browser, give its
// parameters first, one by one, as `:param limit => 50`; or paste what `resonance explore NAME --paste`
// prints, which has them put in; or play `docs/browser-guide`.

// name: draw_neighbourhood(user_id: string, limit: int)
// Whom a user knows, what they wrote, liked and picked. Try user_id=sv:user:1, limit=50.
MATCH (u:User {id: $user_id})-[e:FRIEND|AUTHORED|LIKED|INTERESTED_IN|MEMBER_OF]-(n)
RETURN u, e, n
LIMIT $limit

// name: draw_why(user_id: string, post_id: string, limit: int)
// The ways of two steps from a user to a post: by whom they know or are like and what they did, by tags
// and by what the post is like, and by whose friend they are; so many of each. Try user_id=sv:user:1, post_id=sv:post:12, limit=50.
MATCH (u:User {id: $user_id})-[e:INTERESTED_IN|FRIEND|LIKED|VIEWED|NEAR]->(n)-[f:TAGGED|AUTHORED|LIKED|SIMILAR]->(p:Post {id: $post_id})
RETURN u, e, n, f, p
LIMIT $limit
UNION ALL
MATCH (u:User {id: $user_id})-[e:INTERESTED_IN|FRIEND|LIKED|VIEWED|NEAR]->(n)<-[f:TAGGED|AUTHORED|LIKED|SIMILAR]-(p:Post {id: $post_id})
RETURN u, e, n, f, p
LIMIT $limit
UNION ALL
MATCH (u:User {id: $user_id})<-[e:INTERESTED_IN|FRIEND|LIKED|VIEWED|NEAR]-(n)-[f:TAGGED|AUTHORED|LIKED|SIMILAR]->(p:Post {id: $post_id})
RETURN u, e, n, f, p
LIMIT $limit

// name: draw_friends_of_friends(user_id: string, limit: int)
// Two circles of friends. Try user_id=sv:user:1, limit=60.
MATCH (u:User {id: $user_id})-[e:FRIEND]-(f:User)-[g:FRIEND]-(h:User)
RETURN u, e, f, g, h
LIMIT $limit

// name: draw_people_alike(user_id: string, limit: int)
// Who engages as a user does (NEAR, derived), and what they liked. Try user_id=sv:user:1, limit=60.
MATCH (u:User {id: $user_id})-[e:NEAR]->(n:User)-[f:LIKED]->(p:Post)
WHERE e.rank < 5
RETURN u, e, n, f, p
LIMIT $limit

// name: draw_communities(limit: int)
// Friends who picked the same tag: people hang together around what they like. Try limit=150.
MATCH (a:User)-[e:INTERESTED_IN]->(t:Tag)<-[f:INTERESTED_IN]-(b:User), (a)-[g:FRIEND]->(b)
RETURN a, e, t, f, b, g
LIMIT $limit

// name: draw_hubs(limit: int)
// The three people with the most friends, and who these are. Try limit=100.
MATCH (u:User)-[:FRIEND]-(n:User)
WITH u, count(DISTINCT n.id) AS friends
ORDER BY friends DESC, u.id
LIMIT 3
MATCH (u)-[e:FRIEND]-(f:User)
RETURN u, e, f
LIMIT $limit

// name: draw_mood_map(limit: int)
// Which moods meet in which categories, by way of posts. Try limit=60.
MATCH (c:Category)<-[e:IN_CATEGORY]-(p:Post)-[f:EVOKES]->(m:Mood)
RETURN c, e, p, f, m
LIMIT $limit

// name: draw_lonely_posts(limit: int)
// Posts that nobody has viewed, liked, been inspired by or rated, and who wrote them. Try limit=40.
MATCH (u:User)-[e:AUTHORED]->(p:Post)
WHERE NOT EXISTS { MATCH (:User)-[:VIEWED|LIKED|INSPIRED|RATED]->(p) }
RETURN u, e, p
LIMIT $limit

// name: draw_similar(post_id: string, limit: int)
// The posts that the same people engage with, and those like these. Try post_id=sv:post:12, limit=60.
MATCH (p:Post {id: $post_id})-[e:SIMILAR]->(q:Post)-[f:SIMILAR]->(r:Post)
WHERE e.rank < 8 AND f.rank < 3
RETURN p, e, q, f, r
LIMIT $limit

// name: draw_champions(tag_id: string, limit: int)
// The posts that a tag puts first, and who wrote them. Try tag_id=jazz, limit=20.
MATCH (t:Tag {id: $tag_id})-[e:TOP]->(p:Post)<-[f:AUTHORED]-(u:User)
RETURN t, e, p, f, u
LIMIT $limit

// name: draw_tags_together(tag_id: string, limit: int)
// What else the posts of a tag are about. Try tag_id=jazz, limit=60.
MATCH (t:Tag {id: $tag_id})<-[e:TAGGED]-(p:Post)-[f:TAGGED]->(s:Tag)
WHERE s.id <> $tag_id
RETURN t, e, p, f, s
LIMIT $limit

// name: draw_readers(user_id: string, limit: int)
// Who likes what a user writes. Try user_id=sv:user:1, limit=60.
MATCH (u:User {id: $user_id})-[e:AUTHORED]->(p:Post)<-[f:LIKED]-(r:User)
RETURN u, e, p, f, r
LIMIT $limit

// name: draw_model_posts(post_id: string, nearest_posts: strings)
// The posts that the trained model finds most like one (resonance explore asks it for them), and what they share: readers (SIMILAR), author, tags, category, moods, topic. Try post_id=sv:post:12, nearest_posts=sv:post:13.
MATCH (p:Post {id: $post_id})
UNWIND $nearest_posts AS near_id
MATCH (q:Post {id: near_id})
OPTIONAL MATCH (p)-[s:SIMILAR]->(q)
OPTIONAL MATCH (q)-[r:SIMILAR]->(p)
OPTIONAL MATCH (p)-[e:TAGGED|IN_CATEGORY|EVOKES|ABOUT|AUTHORED]-(n)-[f:TAGGED|IN_CATEGORY|EVOKES|ABOUT|AUTHORED]-(q)
RETURN p, q, s, r, e, n, f
LIMIT 500

// name: draw_model_people(user_id: string, nearest_users: strings)
// The people whom the trained model finds most like one (resonance explore asks it for them), and what they share: friendship, engagements (NEAR), picked tags. Try user_id=sv:user:1, nearest_users=sv:user:2.
MATCH (u:User {id: $user_id})
UNWIND $nearest_users AS near_id
MATCH (v:User {id: near_id})
OPTIONAL MATCH (u)-[s:NEAR]->(v)
OPTIONAL MATCH (v)-[r:NEAR]->(u)
OPTIONAL MATCH (u)-[g:FRIEND]-(v)
OPTIONAL MATCH (u)-[e:INTERESTED_IN]->(t:Tag)<-[f:INTERESTED_IN]-(v)
RETURN u, v, s, r, g, e, t, f
LIMIT 500
