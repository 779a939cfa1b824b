// Groups and who is in them: read live, for the endpoints that people act by. A page's entries come
// after a place in the list (a time and an id). OPTIONAL, because Ladybug 0.22 plans a plain step over
// a table that is empty as a scan of its other end.

// name: group_pages(group_ids: strings)
// What is told of groups, in no order; ids that are not there drop out.
UNWIND $group_ids AS group_id
MATCH (g:`Group` {id: group_id})
RETURN g.id AS group_id, g.name AS name, g.privacy AS privacy, g.description AS description,
    g.joining AS joining, g.created_at AS created_at, g.deleted AS deleted

// name: standing_in(user_id: string, group_id: string)
// The edges between a user and a group, a row each, in no order: its type, the role, since when.
MATCH (u:User {id: $user_id})-[e:MEMBER_OF]->(g:`Group` {id: $group_id})
RETURN 'member' AS edge, e.role AS role, 0 AS at
UNION ALL
MATCH (u:User {id: $user_id})-[e:ASKED_TO_JOIN]->(g:`Group` {id: $group_id})
RETURN 'asked' AS edge, '' AS role, e.at AS at
UNION ALL
MATCH (u:User {id: $user_id})-[e:INVITED_TO]->(g:`Group` {id: $group_id})
RETURN 'invited' AS edge, '' AS role, e.at AS at

// name: group_owners(group_id: string)
// Who owns the group, in no order; some sources call them admin.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF]-(u:User)
WITH u.id AS user_id, e.role AS role
WHERE user_id IS NOT NULL AND (role = 'owner' OR role = 'admin')
RETURN user_id
LIMIT 1000

// name: members_after(group_id: string, at: int, id: string, limit: int)
// Who is in the group, by id; no membership bears a time, so all are of the time 0.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF]-(u:User)
WITH u.id AS id, e.role AS role, 0 AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, role, at
ORDER BY at DESC, id
LIMIT $limit

// name: asked_to_join_after(group_id: string, at: int, id: string, limit: int)
// Who asks to join the group, the latest first; ties by id.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:ASKED_TO_JOIN]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, '' AS role, at
ORDER BY at DESC, id
LIMIT $limit

// name: invited_to_after(group_id: string, at: int, id: string, limit: int)
// Who is invited to the group, the latest first; ties by id.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:INVITED_TO]-(u:User)
WITH u.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, '' AS role, at
ORDER BY at DESC, id
LIMIT $limit

// name: memberships_after(user_id: string, at: int, id: string, limit: int)
// The groups that the user is in, by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:MEMBER_OF]->(g:`Group`)
WITH g.id AS id, 0 AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: group_invitations_after(user_id: string, at: int, id: string, limit: int)
// The groups that the user is invited to, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:INVITED_TO]->(g:`Group`)
WITH g.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit
