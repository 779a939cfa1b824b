// What people say of themselves: read live, for the endpoints that they act by. OPTIONAL, because
// Ladybug 0.22 plans a plain step over a table that is empty as a scan of its other end.

// name: interests_after(user_id: string, at: int, id: string)
// The tags that the user picked, by id; they bear no time, so all are of the time 0.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:INTERESTED_IN]->(tag:Tag)
WITH tag.id AS id, 0 AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: interest(user_id: string, tag_id: string)
// One row where the user picked the tag.
MATCH (u:User {id: $user_id})-[:INTERESTED_IN]->(tag:Tag {id: $tag_id})
RETURN tag.id AS id

// name: feels(user_id: string)
// The moods that the user said they feel, the latest first: one, but for what a load brought.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:FEELS]->(mood:Mood)
WITH mood.id AS mood, coalesce(e.at, 0) AS at
WHERE mood IS NOT NULL
RETURN mood, at
ORDER BY at DESC, mood
LIMIT 20
