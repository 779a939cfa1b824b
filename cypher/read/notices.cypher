// What people are told, read live. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that
// is empty as a scan of its other end.

// name: inbox(id: string)
// What the inbox says; no row: nothing was ever told.
MATCH (i:Inbox {id: $id})
RETURN coalesce(i.seq, 0) AS seq, coalesce(i.read_to, 0) AS read_to, coalesce(i.kept, 0) AS kept,
    coalesce(i.reactions, 0) AS reactions, coalesce(i.settings, '') AS settings

// name: inbox_settings(ids: strings)
// What people want to be told, by their inboxes, in no order; those that are not there drop out.
UNWIND $ids AS id
MATCH (i:Inbox {id: id})
RETURN i.id AS id, coalesce(i.settings, '') AS settings

// name: notices(inbox_id: string)
// All that the inbox keeps, also what was taken back; in no order.
MATCH (i:Inbox {id: $inbox_id})
OPTIONAL MATCH (i)-[:KEEPS]->(n:Notice)
WITH n
WHERE n.id IS NOT NULL
RETURN n.id AS id, n.kind AS kind, n.actor_id AS actor_id, n.post_id AS post_id,
    n.comment_id AS comment_id, n.group_id AS group_id, n.above AS above, n.facts AS facts, n.at AS at,
    n.seq AS seq, n.read AS read, n.gone AS gone

// name: places(inbox_id: string)
// By what is decided which notice goes from an inbox that is full; in no order.
MATCH (i:Inbox {id: $inbox_id})
OPTIONAL MATCH (i)-[:KEEPS]->(n:Notice)
WITH n
WHERE n.id IS NOT NULL
RETURN n.id AS id, n.kind AS kind, n.actor_id AS actor_id, n.at AS at, n.seq AS seq, n.gone AS gone

// name: told_of_post(inbox_id: string, post_id: string)
// What the inbox keeps of a post and was not taken back; in no order.
MATCH (i:Inbox {id: $inbox_id})
OPTIONAL MATCH (i)-[:KEEPS]->(n:Notice)
WITH n
WHERE n.post_id = $post_id AND NOT n.gone
RETURN n.id AS id, n.kind AS kind

// name: told_of_group(inbox_id: string, group_id: string)
// Likewise of a group, and of posts in it.
MATCH (i:Inbox {id: $inbox_id})
OPTIONAL MATCH (i)-[:KEEPS]->(n:Notice)
WITH n
WHERE n.group_id = $group_id AND NOT n.gone
RETURN n.id AS id, n.kind AS kind

// name: askers(user_id: string)
// Who asks the user to be friends, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)<-[:ASKED]-(other:User)
WITH other
WHERE other.id IS NOT NULL
RETURN other.id AS id

// name: told_members(group_id: string)
// The members of a group, in no order; of more than five thousand some.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[:MEMBER_OF]-(other:User)
WITH other
WHERE other.id IS NOT NULL
RETURN other.id AS id
LIMIT 5000

// name: told_governors(group_id: string)
// Who is asked by those who want to join a group, by id; of more than twenty the first.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[m:MEMBER_OF]-(other:User)
WITH other.id AS id, m.role AS role
WHERE id IS NOT NULL AND (role = 'owner' OR role = 'admin' OR role = 'moderator')
RETURN id
ORDER BY id
LIMIT 20
