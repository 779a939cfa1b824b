// What there is of somebody who leaves. On Ladybug these read whole tables, so never for another request.

// name: notices_by(actor_id: string)
// The notices of what somebody did, with the inboxes that keep them; in no order.
MATCH (i:Inbox)-[:KEEPS]->(n:Notice)
WHERE n.actor_id = $actor_id
RETURN i.id AS inbox_id, n.id AS id

// name: notices_about(post_id: string)
// The notices of a post, likewise.
MATCH (i:Inbox)-[:KEEPS]->(n:Notice)
WHERE n.post_id = $post_id
RETURN i.id AS inbox_id, n.id AS id
