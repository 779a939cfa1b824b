// Who is asking, and whom they know. Each starts at one node, or is a list of point look-ups.

// name: users_named(username: string)
// The users whose name this is or was (two sources may share one), with what the gate must know of
// them. The name is compared by the caller: here it would make Ladybug scan all users.
MATCH (n:Name {id: $username})-[:NAMES]->(u:User)
RETURN u.id AS user_id, u.username AS username, u.privacy AS privacy, u.active AS active
LIMIT 100

// name: user_cards(user_ids: strings)
// What the gate must know of people, in no order; ids that are not there drop out.
UNWIND $user_ids AS user_id
MATCH (u:User {id: user_id})
RETURN u.id AS user_id, u.username AS username, u.privacy AS privacy, u.active AS active

// name: stays(user_id: string)
// A row, if the user is there and does not leave (write/leaving.cypher).
MATCH (u:User {id: $user_id})
WHERE coalesce(u.leaving, false) = false
RETURN u.id AS id

// name: user_details(user_ids: strings)
// The source's own fields of people, for a page's few authors; in no order.
UNWIND $user_ids AS user_id
MATCH (u:User {id: user_id})
RETURN u.id AS user_id, u.details AS details

// name: viewer_context(user_id: string)
// Everyone and everything that decides what this viewer may see: an edge's type, the label of its
// other end and that one's id a row, in no order; friends and blocks of either direction. How types
// and labels are called is each engine's own matter: ladybug/people.cypher.
MATCH (u:User {id: $user_id})-[e:FRIEND|BLOCKS|MUTES|MEMBER_OF|INTERESTED_IN|HID]->(b)
RETURN type(e) AS edge,
    [l IN labels(b) WHERE l IN ['User', 'Post', 'Tag', 'Word', 'Group']][0] AS label, b.id AS id
UNION ALL
MATCH (u:User {id: $user_id})<-[e:FRIEND|BLOCKS]-(b:User)
RETURN type(e) AS edge, 'User' AS label, b.id AS id

// name: blocks_around(user_id: string)
// Whom the user blocks, and who blocks the user, each once, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:BLOCKS]-(b:User)
WITH DISTINCT b.id AS user_id
WHERE user_id IS NOT NULL
RETURN user_id

// name: hidden_lately(user_id: string)
// The posts that the user hid last; asked of those who hid some. *1..1 is one step: Ladybug 0.22
// plans a plain step over a table that is empty as a scan of its other end, and this one may long
// be. The step of such a path has its properties by way of `relationships`, on both engines.
MATCH way = (u:User {id: $user_id})-[:HID*1..1]->(p:Post)
UNWIND relationships(way) AS h
RETURN p.id AS post_id, coalesce(h.at, 0) AS at
ORDER BY at DESC, post_id
LIMIT 100

// name: engaged_with(user_id: string)
// Every post that the user did anything with, each once a signal, in no order: the seen set.
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN p.id AS post_id, coalesce(e.at, 0) AS at

// name: authored_by(user_id: string)
// The user's own posts, in no order.
MATCH (u:User {id: $user_id})-[:AUTHORED]->(p:Post)
RETURN p.id AS post_id
