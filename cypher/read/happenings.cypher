// Events that people attend, called happenings where an app's own events would be meant else. Lists
// are read by when they begin: from all events, for these are few, and only from those of the last
// weeks on. The embedded engine looks through its whole table for that (50,000 of them: some
// milliseconds), Neo4j goes by an index.

// name: happening_pages(event_ids: strings)
// What is told of events, in no order; ids that are not there drop out.
UNWIND $event_ids AS event_id
MATCH (e:Event {id: event_id})
RETURN e.id AS event_id, e.name AS name, e.privacy AS privacy, e.description AS description,
    e.at AS at, e.until AS until, e.place AS place, e.created_at AS created_at,
    e.cancelled AS cancelled, e.host_id AS host_id, e.group_id AS group_id

// name: upcoming_after(now: int, since: int, at: int, id: string, viewer_id: string, friends: strings, blocks: strings, groups: strings, hidden: strings)
// What is not over at `now` and began after `since`, and comes after a place (a time and an id); the
// soonest first, ties by id; then, likewise, what is for friends. Passed over is what the viewer may
// not know of by its own privacy, its group, or a host who is hidden from them, as far as they are
// told ($hidden): else one could fill all that is read. The gate decides all the same. Two parts, for Ladybug looks through $friends for
// every event that it has not put aside before.
MATCH (e:Event)
WHERE e.at >= $since AND e.at >= $at AND (e.at > $at OR e.id > $id)
    AND coalesce(e.until, e.at) >= $now AND coalesce(e.cancelled, false) = false
    AND (e.group_id IS NULL OR e.group_id IN $groups)
    AND (coalesce(e.privacy, 'public') = 'public' OR e.host_id = $viewer_id)
    AND (e.host_id IS NULL OR NOT (e.host_id IN $blocks OR e.host_id IN $hidden))
RETURN e.id AS id, e.at AS at, e.host_id AS host_id
ORDER BY at, id
LIMIT 100
UNION ALL
MATCH (e:Event)
WHERE e.at >= $since AND e.at >= $at AND (e.at > $at OR e.id > $id)
    AND coalesce(e.until, e.at) >= $now AND coalesce(e.cancelled, false) = false
    AND (e.group_id IS NULL OR e.group_id IN $groups)
    AND e.privacy = 'friends' AND e.host_id IN $friends
    AND NOT (e.host_id IN $blocks OR e.host_id IN $hidden)
RETURN e.id AS id, e.at AS at, e.host_id AS host_id
ORDER BY at, id
LIMIT 100

// name: upcoming_in_group_after(group_id: string, now: int, since: int, at: int, id: string, viewer_id: string, friends: strings, blocks: strings, groups: strings, hidden: strings)
// The same, of one group.
MATCH (e:Event)
WHERE e.at >= $since AND e.at >= $at AND (e.at > $at OR e.id > $id)
    AND coalesce(e.until, e.at) >= $now AND coalesce(e.cancelled, false) = false
    AND e.group_id = $group_id AND e.group_id IN $groups
    AND (coalesce(e.privacy, 'public') = 'public' OR e.host_id = $viewer_id)
    AND (e.host_id IS NULL OR NOT (e.host_id IN $blocks OR e.host_id IN $hidden))
RETURN e.id AS id, e.at AS at, e.host_id AS host_id
ORDER BY at, id
LIMIT 100
UNION ALL
MATCH (e:Event)
WHERE e.at >= $since AND e.at >= $at AND (e.at > $at OR e.id > $id)
    AND coalesce(e.until, e.at) >= $now AND coalesce(e.cancelled, false) = false
    AND e.group_id = $group_id AND e.group_id IN $groups
    AND e.privacy = 'friends' AND e.host_id IN $friends
    AND NOT (e.host_id IN $blocks OR e.host_id IN $hidden)
RETURN e.id AS id, e.at AS at, e.host_id AS host_id
ORDER BY at, id
LIMIT 100

// name: attended_after(user_id: string, now: int, at: int, id: string)
// What the user hosts, or goes or may go to, and is not over at `now`; the soonest first, ties by id;
// cancelled ones too.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:ATTENDS]->(e:Event)
WITH e.id AS id, e.at AS at, coalesce(e.until, e.at) AS over_at
WHERE id IS NOT NULL AND at >= $at AND (at > $at OR id > $id) AND over_at >= $now
RETURN id, at
ORDER BY at, id
LIMIT 100

// name: attendees_after(event_id: string, at: int, id: string)
// Who hosts the event, or goes or may go to it, by id; no answer bears a time, so all are of the time 0.
MATCH (e:Event {id: $event_id})
OPTIONAL MATCH (e)<-[a:ATTENDS]-(u:User)
WITH u.id AS id, a.role AS role, 0 AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, role, at
ORDER BY at DESC, id
LIMIT 100

// name: attendance(user_id: string, event_id: string)
// One row where the user hosts the event, or goes or may go to it.
MATCH (u:User {id: $user_id})-[a:ATTENDS]->(e:Event {id: $event_id})
RETURN a.role AS role
