// What is between two people, and whom one of them has to do with. For the endpoints that people act
// by: read live, a page at a time. A page's entries come after a place in the list (a time and an id);
// the first page's is before them all. OPTIONAL, because Ladybug 0.22 plans a plain step over a table
// that is empty as a scan of its other end.

// name: between(user_id: string, other_id: string)
// The edges between the two, a row each, in no order: its type, whether it starts from the first of
// them, and since when (null where nobody knows).
MATCH (u:User {id: $user_id})-[e:FRIEND]->(o:User {id: $other_id})
RETURN 'friend' AS edge, true AS mine, e.since AS at
UNION ALL
MATCH (o:User {id: $other_id})-[e:FRIEND]->(u:User {id: $user_id})
RETURN 'friend' AS edge, false AS mine, e.since AS at
UNION ALL
MATCH (u:User {id: $user_id})-[e:ASKED]->(o:User {id: $other_id})
RETURN 'asked' AS edge, true AS mine, e.at AS at
UNION ALL
MATCH (o:User {id: $other_id})-[e:ASKED]->(u:User {id: $user_id})
RETURN 'asked' AS edge, false AS mine, e.at AS at
UNION ALL
MATCH (u:User {id: $user_id})-[e:BLOCKS]->(o:User {id: $other_id})
RETURN 'blocks' AS edge, true AS mine, e.at AS at
UNION ALL
MATCH (o:User {id: $other_id})-[e:BLOCKS]->(u:User {id: $user_id})
RETURN 'blocks' AS edge, false AS mine, e.at AS at
UNION ALL
MATCH (u:User {id: $user_id})-[e:MUTES]->(o:User {id: $other_id})
RETURN 'mutes' AS edge, true AS mine, e.at AS at

// name: friends_after(user_id: string, at: int, id: string, limit: int)
// The user's friends, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:FRIEND]-(other:User)
WITH other.id AS id, coalesce(e.since, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: asked_after(user_id: string, at: int, id: string, limit: int)
// Whom the user asked to be friends, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:ASKED]->(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: asking_after(user_id: string, at: int, id: string, limit: int)
// Who asked the user, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)<-[e:ASKED]-(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: blocked_after(user_id: string, at: int, id: string, limit: int)
// Whom the user blocks, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:BLOCKS]->(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: blockers(user_id: string)
// Who blocks the user, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)<-[:BLOCKS]-(other:User)
WITH other
WHERE other.id IS NOT NULL
RETURN other.id AS id

// name: muted_people_after(user_id: string, at: int, id: string, limit: int)
// Whose posts the user does not want to see, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:MUTES]->(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: muted_tags_after(user_id: string, at: int, id: string, limit: int)
// The tags that the user mutes, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:MUTES]->(tag:Tag)
WITH tag.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: muted_words_after(user_id: string, at: int, id: string, limit: int)
// The words and phrases that the user mutes, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:MUTES]->(word:Word)
WITH word.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT $limit

// name: tag_mute(user_id: string, tag_id: string)
// Since when the user mutes the tag; no row: they do not.
MATCH (u:User {id: $user_id})-[e:MUTES]->(tag:Tag {id: $tag_id})
RETURN coalesce(e.at, 0) AS at

// name: word_mute(user_id: string, word: string)
// Since when the user mutes the word or phrase; no row: they do not.
MATCH (u:User {id: $user_id})-[e:MUTES]->(w:Word {id: $word})
RETURN coalesce(e.at, 0) AS at
