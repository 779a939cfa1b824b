// What ties people to each other beside friendship; for suggesting people to a viewer.
// OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan of its other
// end; *1..1, as in `hidden_lately`, takes much longer, and scans where it looks for many.
// A list as long as its limit is a crowd's, of which nothing follows: it needs no order.

// name: interested_people(tag_id: string)
// Who picked the tag, in no order.
MATCH (t:Tag {id: $tag_id})
OPTIONAL MATCH (t)<-[:INTERESTED_IN]-(u:User)
WITH u
WHERE u.id IS NOT NULL
RETURN u.id AS user_id
LIMIT 201

// name: group_members(group_id: string)
// Who is in the group, in no order.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[:MEMBER_OF]-(u:User)
WITH u
WHERE u.id IS NOT NULL
RETURN u.id AS user_id
LIMIT 201

// name: interests_of(user_id: string)
// The tags that the user picked, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:INTERESTED_IN]->(t:Tag)
WITH t
WHERE t.id IS NOT NULL
RETURN t.id AS id
LIMIT 500

// name: groups_of(user_id: string)
// The groups that the user is in, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:MEMBER_OF]->(g:`Group`)
WITH g
WHERE g.id IS NOT NULL
RETURN g.id AS id
LIMIT 500

// name: asked_people(user_id: string)
// Whom the user asked to be friends, and who asked the user; in no order, each once a request.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:ASKED]-(other:User)
WITH other
WHERE other.id IS NOT NULL
RETURN other.id AS user_id
