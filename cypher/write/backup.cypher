// Puts back what a backup has beside the kinds of the exchange format; each may be run again.

// name: begin_restore()
MERGE (s:Schema {id: 'restore'})
SET s.version = 0

// name: end_restore()
MATCH (s:Schema {id: 'restore'})
DELETE s

// name: restore_inboxes(rows: [id: string, told_at: int, seq: int, read_to: int, kept: int, reactions: int, settings: string])
UNWIND $rows AS row
MERGE (i:Inbox {id: row.id})
SET i.told_at = row.told_at, i.seq = row.seq, i.read_to = row.read_to, i.kept = row.kept,
    i.reactions = row.reactions, i.settings = row.settings

// name: restore_notices(rows: [id: string, kind: string, actor_id: string, post_id: string, comment_id: string, group_id: string, above: string, facts: string, at: int, seq: int, read: bool, gone: bool])
UNWIND $rows AS row
MERGE (n:Notice {id: row.id})
SET n.kind = row.kind, n.actor_id = row.actor_id, n.post_id = row.post_id,
    n.comment_id = row.comment_id, n.group_id = row.group_id, n.above = row.above, n.facts = row.facts,
    n.at = row.at, n.seq = row.seq, n.read = row.read, n.gone = row.gone

// name: restore_keeps(rows: [inbox_id: string, id: string])
UNWIND $rows AS row
MATCH (i:Inbox {id: row.inbox_id})
MATCH (n:Notice {id: row.id})
MERGE (i)-[:KEEPS]->(n)
