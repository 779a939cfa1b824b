// What there is of somebody who leaves, or asks for all that is theirs. Those that do not start at one
// node read whole tables (on Neo4j some by an index), so never for another request.

// name: leavers()
// Who began to leave, and is there still.
MATCH (u:User)
WHERE u.leaving = true
RETURN u.id AS user_id
ORDER BY user_id

// name: posts_bearing(user_id: string)
// Posts whose card names the user as their author, in no order.
MATCH (p:Post)
WHERE p.author_id = $user_id
RETURN p.id AS post_id

// name: hosted_by(user_id: string)
// Events that the user hosts, in no order.
MATCH (e:Event)
WHERE e.host_id = $user_id
RETURN e.id AS event_id

// name: comments_on(post_id: string)
// Comments on the post and answers to them, in no order; of many some.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:`ON`]-(c:`Comment`)
WITH c.id AS comment_id
WHERE comment_id IS NOT NULL
RETURN comment_id
LIMIT 1000

// name: members_of(group_id: string)
// Who is in the group, as what, and whether they are active and do not leave; in no order.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF]-(u:User)
WITH u.id AS user_id, e.role AS role,
    coalesce(u.active, true) AND NOT coalesce(u.leaving, false) AS active
WHERE user_id IS NOT NULL
RETURN user_id, coalesce(role, '') AS role, active

// name: names_of(user_id: string)
// The names by which the user is found, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)<-[:NAMES]-(n:Name)
WITH n.id AS name
WHERE name IS NOT NULL
RETURN name

// name: notices_naming(user_id: string)
// The notices of what somebody did, or of what hangs under their comments, with the inboxes that keep
// them; in no order. Of the latter more than are theirs: one id may be the beginning of another.
MATCH (i:Inbox)-[:KEEPS]->(n:Notice)
WHERE n.actor_id = $user_id OR n.above CONTAINS $user_id
RETURN i.id AS inbox_id, n.id AS id, n.actor_id AS actor_id, n.above AS above

// name: notices_about(post_ids: strings)
// The notices of these posts, likewise.
MATCH (i:Inbox)-[:KEEPS]->(n:Notice)
WHERE n.post_id IN $post_ids
RETURN i.id AS inbox_id, n.id AS id

// name: heard_naming(within: string, last: string, quoted: string)
// Facts whose key or state holds an id: between blanks, at the end, or quoted; in no order.
MATCH (h:Heard)
WHERE h.id CONTAINS $within OR h.id ENDS WITH $last OR h.state CONTAINS $quoted
RETURN h.id AS id, h.state AS state

// name: details_naming(quoted: string)
// Topics whose own fields hold a quoted word: their owner's name.
MATCH (t:Topic)
WHERE t.details CONTAINS $quoted
RETURN t.id AS id, t.details AS details

// name: to_friend(target: string)
MATCH (b:User {id: $target})
OPTIONAL MATCH (b)<-[e:FRIEND]-(a:User)
WITH a.id AS source, e.since AS since
WHERE source IS NOT NULL
RETURN source, $target AS target, since

// name: to_asked(target: string)
MATCH (b:User {id: $target})
OPTIONAL MATCH (b)<-[e:ASKED]-(a:User)
WITH a.id AS source, e.at AS at
WHERE source IS NOT NULL
RETURN source, $target AS target, at
