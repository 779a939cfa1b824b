// Neo4j locks a node for who writes to it. Give the ids in order, so that two who hold the same nodes
// wait for each other instead of ending in a deadlock (which would be tried again). What may be erased
// is looked for again once it is held: who waited for a node that is gone by then holds nothing.

// name: hold_people(user_ids: strings)
UNWIND $user_ids AS user_id
MATCH (u:User {id: user_id})
SET u.held = true
REMOVE u.held
WITH user_id
MATCH (there:User {id: user_id})
WHERE coalesce(there.leaving, false) = false
RETURN there.id AS id

// name: hold_posts(post_ids: strings)
UNWIND $post_ids AS post_id
MATCH (p:Post {id: post_id})
SET p.held = true
REMOVE p.held
WITH post_id
MATCH (there:Post {id: post_id})
RETURN there.id AS id

// name: hold_groups(group_ids: strings)
UNWIND $group_ids AS group_id
MATCH (g:`Group` {id: group_id})
SET g.held = true
REMOVE g.held
RETURN g.id AS id

// name: hold_happenings(event_ids: strings)
UNWIND $event_ids AS event_id
MATCH (e:Event {id: event_id})
SET e.held = true
REMOVE e.held
WITH event_id
MATCH (there:Event {id: event_id})
RETURN there.id AS id
