// What is between two people, and whom one of them has to do with. For the endpoints that people act
// by: read live, a page at a time. A page's entries come after a place in the list (a time and an id);
// the first page's is before them all; 100 at a time, written out since Ladybug 0.22 plans a text anew
// each time that has a parameter there. OPTIONAL, because Ladybug 0.22 plans a plain step over a table
// that is empty as a scan of its other end.

// name: between(user_id: string, other_id: string)
// The edges between the two, a row each, in no order: its type, whether it starts from the first of
// them, and since when (null where nobody knows). How types are called is each engine's own matter:
// ladybug/friendships.cypher.
MATCH (u:User {id: $user_id})-[e:FRIEND|ASKED|BLOCKS|MUTES]->(o:User {id: $other_id})
RETURN type(e) AS edge, true AS mine, coalesce(e.since, e.at) AS at
UNION ALL
MATCH (o:User {id: $other_id})-[e:FRIEND|ASKED|BLOCKS]->(u:User {id: $user_id})
RETURN type(e) AS edge, false AS mine, coalesce(e.since, e.at) AS at

// name: friends_after(user_id: string, at: int, id: string)
// The user's friends, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:FRIEND]-(other:User)
WITH other.id AS id, coalesce(e.since, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: asked_after(user_id: string, at: int, id: string)
// Whom the user asked to be friends, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:ASKED]->(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: asking_after(user_id: string, at: int, id: string)
// Who asked the user, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)<-[e:ASKED]-(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: blocked_after(user_id: string, at: int, id: string)
// Whom the user blocks, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:BLOCKS]->(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: blockers(user_id: string)
// Who blocks the user, in no order.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)<-[:BLOCKS]-(other:User)
WITH other
WHERE other.id IS NOT NULL
RETURN other.id AS id

// name: muted_people_after(user_id: string, at: int, id: string)
// Whose posts the user does not want to see, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:MUTES]->(other:User)
WITH other.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: muted_tags_after(user_id: string, at: int, id: string)
// The tags that the user mutes, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:MUTES]->(tag:Tag)
WITH tag.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: muted_words_after(user_id: string, at: int, id: string)
// The words and phrases that the user mutes, the latest first; ties by id.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[e:MUTES]->(word:Word)
WITH word.id AS id, coalesce(e.at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100

// name: tag_mute(user_id: string, tag_id: string)
// Since when the user mutes the tag; no row: they do not.
MATCH (u:User {id: $user_id})-[e:MUTES]->(tag:Tag {id: $tag_id})
RETURN coalesce(e.at, 0) AS at

// name: word_mute(user_id: string, word: string)
// Since when the user mutes the word or phrase; no row: they do not.
MATCH (u:User {id: $user_id})-[e:MUTES]->(w:Word {id: $word})
RETURN coalesce(e.at, 0) AS at
