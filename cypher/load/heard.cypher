// What an app's events have said of each fact: a state a fact, which lets events come in any order
// and any number of times. Its key is the kind and the ids: "liked app:user:1 app:post:2".

// name: heard(ids: strings)
// The states of these facts, in no order; those of which nothing was heard drop out.
UNWIND $ids AS i
MATCH (h:Heard {id: i})
RETURN h.id AS id, h.state AS state

// name: hear(rows: [id: string, at: int, state: string])
// `at`: Unix seconds of the fact's latest event.
UNWIND $rows AS row
MERGE (h:Heard {id: row.id})
SET h.at = row.at, h.state = row.state

// name: count_heard()
// How many facts there are states of; a whole table, so never for a request.
MATCH (h:Heard)
RETURN count(h) AS facts
