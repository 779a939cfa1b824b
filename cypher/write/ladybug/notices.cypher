// With one writer nobody has to hold an inbox, and to set a property of it holds 34 KB of memory until the
// graph is folded (Ladybug 0.22): so it is only made.

// name: open_inbox(id: string, user_id: string, at: int)
MERGE (i:Inbox {id: $id})
ON CREATE SET i.told_at = $at
WITH i
OPTIONAL MATCH (u:User {id: $user_id})
RETURN coalesce(i.seq, 0) AS seq, coalesce(i.read_to, 0) AS read_to, coalesce(i.kept, 0) AS kept,
    coalesce(i.reactions, 0) AS reactions, coalesce(i.settings, '') AS settings,
    u.id IS NOT NULL AND coalesce(u.leaving, false) = false AS there

// name: open_inbox_for(id: string, user_id: string, actor_id: string, notice_id: string, at: int)
MERGE (i:Inbox {id: $id})
ON CREATE SET i.told_at = $at
WITH i
OPTIONAL MATCH (u:User {id: $user_id})
WITH i, u
OPTIONAL MATCH (n:Notice {id: $notice_id})
WITH i, u, n
OPTIONAL MATCH (u)-[:MUTES]->(o:User {id: $actor_id})
RETURN coalesce(i.seq, 0) AS seq, coalesce(i.read_to, 0) AS read_to, coalesce(i.kept, 0) AS kept,
    coalesce(i.reactions, 0) AS reactions, coalesce(i.settings, '') AS settings,
    u.id IS NOT NULL AND coalesce(u.leaving, false) = false AS there, o.id IS NOT NULL AS muted,
    n.at AS told_at, n.gone AS gone
