// Who is like a viewer. The edges lead to active people with a public profile; whether this viewer
// may see one of them (blocks, what changed since the last derive) is the gate's to say.

// name: near_people(user_id: string)
// The people most like a user, the nearest first; ties go to the lower id. OPTIONAL, because Ladybug
// 0.22 plans a plain step over a table that is empty as a scan of its other end, and this one is
// empty until the first derive. An edge without a score is one that Neo4j is deleting.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[r:NEAR]->(n:User)
WITH n, r
WHERE n.id IS NOT NULL
RETURN n.id AS user_id, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, user_id
LIMIT 50
