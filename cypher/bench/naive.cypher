// What a tutorial's recommender asks: only the bench compares with it (bench/suite/), nobody serves it.

// name: naive_of_likes(user_id: string)
// Who liked what I liked also liked: the posts that most paths lead to. No gate, no reasons.
MATCH (u:User {id: $user_id})-[:LIKED]->(:Post)<-[:LIKED]-(other:User)-[:LIKED]->(p:Post)
WHERE NOT (u)-[:LIKED]->(p)
RETURN p.id AS post_id, p.title AS title, count(*) AS score
ORDER BY score DESC, post_id
LIMIT 20

// name: naive_of_engagements(user_id: string)
// The same over all that people do with posts, which is what our feed rests on.
MATCH (u:User {id: $user_id})-[:VIEWED|LIKED|INSPIRED|RATED]->(:Post)
      <-[:VIEWED|LIKED|INSPIRED|RATED]-(other:User)-[:VIEWED|LIKED|INSPIRED|RATED]->(p:Post)
WHERE NOT EXISTS { MATCH (u)-[:VIEWED|LIKED|INSPIRED|RATED]->(p) }
RETURN p.id AS post_id, p.title AS title, count(*) AS score
ORDER BY score DESC, post_id
LIMIT 20
