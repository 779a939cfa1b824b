// Edges from a source, in batches that are safe to run twice; rows whose ends are missing are left
// out by both engines, so graph/ingest.py counts them beforehand. A null leaves what is there.

// name: load_authored(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:AUTHORED]->(b)

// name: load_tagged(rows: [source: string, target: string, weight: float])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
MATCH (b:Tag {id: row.target})
MERGE (a)-[e:TAGGED]->(b)
SET e.weight = coalesce(row.weight, e.weight)

// name: load_in_category(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
MATCH (b:Category {id: row.target})
MERGE (a)-[e:IN_CATEGORY]->(b)

// name: load_evokes(rows: [source: string, target: string, weight: float])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
MATCH (b:Mood {id: row.target})
MERGE (a)-[e:EVOKES]->(b)
SET e.weight = coalesce(row.weight, e.weight)

// name: load_about(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
MATCH (b:Topic {id: row.target})
MERGE (a)-[e:ABOUT]->(b)

// name: load_posted_in(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
MATCH (b:`Group` {id: row.target})
MERGE (a)-[e:POSTED_IN]->(b)

// name: load_shares(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:SHARES]->(b)

// name: load_interested_in(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Tag {id: row.target})
MERGE (a)-[e:INTERESTED_IN]->(b)

// name: load_friend(rows: [source: string, target: string, since: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:User {id: row.target})
MERGE (a)-[e:FRIEND]->(b)
SET e.since = coalesce(row.since, e.since)

// name: load_asked(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:User {id: row.target})
MERGE (a)-[e:ASKED]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_blocks(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:User {id: row.target})
MERGE (a)-[e:BLOCKS]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_mutes(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:User {id: row.target})
MERGE (a)-[e:MUTES]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_mutes_tags(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Tag {id: row.target})
MERGE (a)-[e:MUTES]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_mutes_words(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Word {id: row.target})
MERGE (a)-[e:MUTES]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_member_of(rows: [source: string, target: string, role: string])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:`Group` {id: row.target})
MERGE (a)-[e:MEMBER_OF]->(b)
SET e.role = coalesce(row.role, e.role)

// name: load_feels(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Mood {id: row.target})
MERGE (a)-[e:FEELS]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_asked_to_join(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:`Group` {id: row.target})
MERGE (a)-[e:ASKED_TO_JOIN]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_invited_to(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:`Group` {id: row.target})
MERGE (a)-[e:INVITED_TO]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_attends(rows: [source: string, target: string, role: string])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Event {id: row.target})
MERGE (a)-[e:ATTENDS]->(b)
SET e.role = coalesce(row.role, e.role)

// name: load_viewed(rows: [source: string, target: string, at: int, times: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:VIEWED]->(b)
SET e.at = coalesce(row.at, e.at),
    e.times = coalesce(row.times, e.times)

// name: load_liked(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:LIKED]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_inspired(rows: [source: string, target: string, at: int, times: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:INSPIRED]->(b)
SET e.at = coalesce(row.at, e.at),
    e.times = coalesce(row.times, e.times)

// name: load_rated(rows: [source: string, target: string, at: int, percent: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:RATED]->(b)
SET e.at = coalesce(row.at, e.at),
    e.percent = coalesce(row.percent, e.percent)

// name: load_reacted(rows: [source: string, target: string, at: int, kind: string])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:REACTED]->(b)
SET e.at = coalesce(row.at, e.at),
    e.kind = coalesce(row.kind, e.kind)

// name: load_commented(rows: [source: string, target: string, at: int, times: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:COMMENTED]->(b)
SET e.at = coalesce(row.at, e.at),
    e.times = coalesce(row.times, e.times)

// name: load_shared(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:SHARED]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_hid(rows: [source: string, target: string, at: int])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:HID]->(b)
SET e.at = coalesce(row.at, e.at)

// name: load_wrote(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
MATCH (b:`Comment` {id: row.target})
MERGE (a)-[e:WROTE]->(b)

// name: load_comment_on(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:`Comment` {id: row.source})
MATCH (b:Post {id: row.target})
MERGE (a)-[e:`ON`]->(b)

// name: load_answers(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:`Comment` {id: row.source})
MATCH (b:`Comment` {id: row.target})
MERGE (a)-[e:ANSWERS]->(b)

// name: load_naming(rows: [source: string, target: string])
UNWIND $rows AS row
MATCH (a:Name {id: row.source})
MATCH (b:User {id: row.target})
MERGE (a)-[:NAMES]->(b)
