// People and how they hang together. Paste one into Neo4j Browser with its parameters, or run
// `resonance explore NAME --set PARAMETER=VALUE` on either engine.

// name: neighbourhood(user_id: string, limit: int)
// Whom a user knows and what they did last: one row an edge. Try user_id=sv:user:1, limit=50.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)
OPTIONAL MATCH (f)-[e:LIKED]->(p:Post)
WITH f, count(p) AS likes
RETURN f.id AS friend, f.username AS username, likes
ORDER BY likes DESC, friend
LIMIT $limit

// name: hubs(limit: int)
// The people with the most friends. Try limit=20.
MATCH (u:User)-[:FRIEND]-(f:User)
WITH u, count(DISTINCT f.id) AS friends
RETURN u.id AS user, u.username AS username, friends
ORDER BY friends DESC, user
LIMIT $limit

// name: like_you(user_id: string, limit: int)
// Who engages with the same posts and picked the same tags. Try user_id=sv:user:1, limit=20.
MATCH (u:User {id: $user_id})-[r:NEAR]->(n:User)
RETURN r.rank AS rank, n.id AS user, n.username AS username, r.score AS score
ORDER BY rank, user
LIMIT $limit

// name: people_you_may_know(user_id: string, limit: int)
// Friends of friends by how many friends are common. Try user_id=sv:user:1, limit=20.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)-[:FRIEND]-(g:User)
WHERE g.id <> $user_id AND NOT (u)-[:FRIEND]-(g)
WITH g, count(DISTINCT f.id) AS mutual
RETURN g.id AS user, g.username AS username, mutual
ORDER BY mutual DESC, user
LIMIT $limit

// name: communities(limit: int)
// Tags whose people know each other: how many picked the tag, and how many friendships there are
// among them. Try limit=20.
MATCH (t:Tag)<-[:INTERESTED_IN]-(a:User)-[:FRIEND]-(b:User)-[:INTERESTED_IN]->(t)
WHERE a.id < b.id
WITH t, count(*) AS friendships
MATCH (t)<-[:INTERESTED_IN]-(u:User)
WITH t, friendships, count(u) AS people
RETURN t.id AS tag, people, friendships
ORDER BY friendships DESC, tag
LIMIT $limit
