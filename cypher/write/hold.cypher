// What a transaction begins with that decides by what it reads: nobody else changes these nodes, or
// decides by them, until it ends. The embedded engine has one writer anyway, so there it is a look-up.

// name: hold_people(user_ids: strings)
// Those of the people who are there and do not leave (leaving.cypher), in no order.
UNWIND $user_ids AS user_id
MATCH (u:User {id: user_id})
WHERE coalesce(u.leaving, false) = false
RETURN u.id AS id

// name: hold_posts(post_ids: strings)
// Those of the posts that are there, in no order.
UNWIND $post_ids AS post_id
MATCH (p:Post {id: post_id})
RETURN p.id AS id

// name: hold_groups(group_ids: strings)
// Those of the groups that are there, in no order.
UNWIND $group_ids AS group_id
MATCH (g:`Group` {id: group_id})
RETURN g.id AS id

// name: hold_happenings(event_ids: strings)
// Those of the events that are there, in no order.
UNWIND $event_ids AS event_id
MATCH (e:Event {id: event_id})
RETURN e.id AS id
