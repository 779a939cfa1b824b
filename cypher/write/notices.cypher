// What a person is told: an inbox each (its id is the person's with a word before it), and the notices
// that it keeps. Edges lead from inboxes to notices alone, so that telling somebody locks their inbox and
// nothing else on Neo4j. An inbox is opened after the people and posts of the transaction were held.

// name: open_inbox(id: string, user_id: string, at: int)
// Makes the inbox if it is not there and holds it until the transaction ends; then what it says, and
// whether its person is there, and does not leave: asked once it is held, as who leaves holds it too.
MERGE (i:Inbox {id: $id})
SET i.told_at = $at
WITH i
OPTIONAL MATCH (u:User {id: $user_id})
RETURN coalesce(i.seq, 0) AS seq, coalesce(i.read_to, 0) AS read_to, coalesce(i.kept, 0) AS kept,
    coalesce(i.reactions, 0) AS reactions, coalesce(i.settings, '') AS settings,
    u.id IS NOT NULL AND coalesce(u.leaving, false) = false AS there

// name: open_inbox_for(id: string, user_id: string, actor_id: string, notice_id: string, at: int)
// The same, of one notice that is to be kept there: whether the person mutes who did it; and, where the
// notice was told before, when, and whether it was taken back (else both are null).
MERGE (i:Inbox {id: $id})
SET i.told_at = $at
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

// name: count_notices(id: string, seq: int, kept: int, reactions: int)
// The number of the inbox's latest notice; how many it keeps, and how many of these are reactions.
MATCH (i:Inbox {id: $id})
SET i.seq = $seq, i.kept = $kept, i.reactions = $reactions

// name: keep_notice(inbox_id: string, kept: int, reactions: int, id: string, kind: string, actor_id: string, post_id: string, comment_id: string, group_id: string, above: string, facts: string, at: int, seq: int)
// Makes a notice that is not there yet, of which the inbox, which is held, keeps `kept` then, the
// reactions among them; what it is not about is empty.
MATCH (i:Inbox {id: $inbox_id})
CREATE (i)-[:KEEPS]->(n:Notice {id: $id, kind: $kind, actor_id: $actor_id, post_id: $post_id,
    comment_id: $comment_id, group_id: $group_id, above: $above, facts: $facts, at: $at, seq: $seq,
    read: false, gone: false})
SET i.seq = $seq, i.kept = $kept, i.reactions = $reactions

// name: renew_notice(inbox_id: string, id: string, above: string, facts: string, at: int, seq: int)
// Tells anew what the inbox, which is held, keeps already.
MATCH (i:Inbox {id: $inbox_id})
MATCH (n:Notice {id: $id})
SET i.seq = $seq, n.above = $above, n.facts = $facts, n.at = $at, n.seq = $seq, n.read = false,
    n.gone = false

// name: set_notices_gone(ids: strings, gone: bool)
// Whether what they tell of was taken back; those that are not there are passed over.
UNWIND $ids AS id
MATCH (n:Notice {id: id})
SET n.gone = $gone

// name: set_notices_read(ids: strings)
UNWIND $ids AS id
MATCH (n:Notice {id: id})
SET n.read = true

// name: set_read_to(id: string, seq: int)
// Everything up to this number is read.
MATCH (i:Inbox {id: $id})
SET i.read_to = $seq

// name: set_notice_settings(id: string, settings: string)
MATCH (i:Inbox {id: $id})
SET i.settings = $settings

// name: drop_notices(ids: strings)
// Of inboxes that are held; those that are not there are passed over.
UNWIND $ids AS id
MATCH (n:Notice {id: id})
DETACH DELETE n

// name: drop_inbox(id: string)
// One that keeps nothing any more.
MATCH (i:Inbox {id: $id})
DELETE i
