// Groups and who is in them: read live, for the endpoints that people act by. A page's entries come
// after a place in the list (a time and an id), 100 at a time (friendships.cypher says why). OPTIONAL, because Ladybug 0.22 plans a plain step over
// a table that is empty as a scan of its other end.

// name: group_pages(group_ids: strings)
// What is told of groups, in no order; ids that are not there drop out.
UNWIND $group_ids AS group_id
MATCH (g:`Group` {id: group_id})
RETURN g.id AS group_id, g.name AS name, g.privacy AS privacy, g.description AS description,
    g.joining AS joining, g.created_at AS created_at, g.deleted AS deleted

// name: standing_in(user_id: string, group_id: string)
// The edges between a user and a group, a row each, in no order: its type, the role, since when. How
// types are called is each engine's own matter: ladybug/groups.cypher.
MATCH (u:User {id: $user_id})-[e:MEMBER_OF|ASKED_TO_JOIN|INVITED_TO]->(g:`Group` {id: $group_id})
RETURN type(e) AS edge, e.role AS role, e.at AS at

// name: everybody_in(group_id: string)
// Who is in the group, asks to join or is invited, a row an edge, in no order: for what ends them all.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF|ASKED_TO_JOIN|INVITED_TO]-(u:User)
WITH type(e) AS edge, u.id AS user_id
WHERE user_id IS NOT NULL
RETURN edge, user_id

// name: group_owners(group_id: string)
// Who owns the group, in no order; some sources call them admin.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF]-(u:User)
WITH u.id AS user_id, e.role AS role
WHERE user_id IS NOT NULL AND (role = 'owner' OR role = 'admin')
RETURN user_id
LIMIT 1000

// name: members_after(group_id: string, at: int, id: string)
// Who is in the group, by id; no membership bears a time, so all are of the time 0.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF]-(u:User)
WITH u.id AS id, e.role AS role, 0 AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, role, at
ORDER BY at DESC, id
LIMIT 100

// name: asked_to_join_after(group_id: string, at: int, id: string)
// Who asks to join the group, the latest first; ties by id.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:ASKED_TO_JOIN]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, '' AS role, at
ORDER BY at DESC, id
LIMIT 100

// name: invited_to_after(group_id: string, at: int, id: string)
// Who is invited to the group, the latest first; ties by id.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:INVITED_TO]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, '' AS role, at
ORDER BY at DESC, id
LIMIT 100

// name: memberships_after(user_id: string, at: int, id: string)
// The groups that the user is in, by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:MEMBER_OF]->(g:`Group`)
WITH g.id AS id, 0 AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: group_invitations_after(user_id: string, at: int, id: string)
// The groups that the user is invited to, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:INVITED_TO]->(g:`Group`)
WITH g.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100
