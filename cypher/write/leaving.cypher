// Erases somebody who leaves. First they are marked, after which nobody acts as them or with them any
// more: `hold_people` does not find them. The mark stands until all else is gone, and goes with the node.

// name: mark_leaving(user_id: string)
// Waits for whoever holds the person.
MATCH (u:User {id: $user_id})
SET u.leaving = true, u.active = false
RETURN u.id AS id

// name: erase_comments(ids: strings)
UNWIND $ids AS id
MATCH (c:`Comment` {id: id})
DETACH DELETE c

// name: drop_lists_to(ids: strings)
// What holds posts that are to go: an embedded graph would keep these edges, unseen, without their end.
UNWIND $ids AS id
MATCH (p:Post {id: id})<-[e:TOP|SIMILAR]-()
DELETE e

// name: erase_posts(ids: strings)
UNWIND $ids AS id
MATCH (p:Post {id: id})
DETACH DELETE p

// name: erase_happenings(ids: strings)
UNWIND $ids AS id
MATCH (e:Event {id: id})
DETACH DELETE e

// name: drop_heard(ids: strings)
UNWIND $ids AS id
MATCH (h:Heard {id: id})
DELETE h

// name: set_notice_above(id: string, above: string)
MATCH (n:Notice {id: $id})
SET n.above = $above

// name: drop_name(id: string)
// One by which nobody is found any more.
MATCH (n:Name {id: $id})
DELETE n

// name: drop_edges_from(user_id: string)
// Some of what leads from the person; how many.
MATCH (u:User {id: $user_id})-[e]->()
WITH e
LIMIT 2000
DELETE e
RETURN count(*) AS edges

// name: drop_edges_to(user_id: string)
// Some of what leads to the person, but for names and lists; how many.
MATCH (u:User {id: $user_id})<-[e:FRIEND|ASKED|BLOCKS|MUTES]-(:User)
WITH e
LIMIT 2000
DELETE e
RETURN count(*) AS edges

// name: drop_near_to(user_id: string)
// Some of the lists that hold the person, who goes from them; how many.
MATCH (u:User {id: $user_id})<-[e:NEAR]-(:User)
WITH e
LIMIT 2000
DELETE e
RETURN count(*) AS edges

// name: erase_user(user_id: string)
MATCH (u:User {id: $user_id})
DETACH DELETE u
