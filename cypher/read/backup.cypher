// What a graph keeps beside the kinds of the exchange format, as whole tables; for backups alone.

// name: backup_heard()
MATCH (h:Heard)
RETURN h.id AS id, h.at AS at, h.state AS state
ORDER BY id

// name: backup_inboxes()
MATCH (i:Inbox)
RETURN i.id AS id, i.told_at AS told_at, i.seq AS seq, i.read_to AS read_to, i.kept AS kept,
    i.reactions AS reactions, i.settings AS settings
ORDER BY id

// name: backup_notices()
MATCH (i:Inbox)-[:KEEPS]->(n:Notice)
RETURN i.id AS inbox_id, n.id AS id, n.kind AS kind, n.actor_id AS actor_id, n.post_id AS post_id,
    n.comment_id AS comment_id, n.group_id AS group_id, n.above AS above, n.facts AS facts, n.at AS at,
    n.seq AS seq, n.read AS read, n.gone AS gone
ORDER BY id

// name: restoring()
// A row: a restore into this graph began, and has not ended.
MATCH (s:Schema {id: 'restore'})
RETURN s.id AS id
