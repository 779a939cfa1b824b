// Edges of a kind that has some already, safe to run twice: in lists as in create.cypher, since a
// row for each edge (edges.cypher) takes half as long again. A null leaves what is there.

// name: merge_authored(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[:AUTHORED]->(b)

// name: merge_tagged(rows: [source: string, target: strings, weight: floats])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Tag {id: row.target[i]})
MERGE (a)-[e:TAGGED]->(b)
SET e.weight = coalesce(row.weight[i], e.weight)

// name: merge_in_category(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Category {id: row.target[i]})
MERGE (a)-[:IN_CATEGORY]->(b)

// name: merge_evokes(rows: [source: string, target: strings, weight: floats])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Mood {id: row.target[i]})
MERGE (a)-[e:EVOKES]->(b)
SET e.weight = coalesce(row.weight[i], e.weight)

// name: merge_about(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Topic {id: row.target[i]})
MERGE (a)-[:ABOUT]->(b)

// name: merge_posted_in(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
MERGE (a)-[:POSTED_IN]->(b)

// name: merge_shares(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[:SHARES]->(b)

// name: merge_interested_in(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Tag {id: row.target[i]})
MERGE (a)-[:INTERESTED_IN]->(b)

// name: merge_friend(rows: [source: string, target: strings, since: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
MERGE (a)-[e:FRIEND]->(b)
SET e.since = coalesce(row.since[i], e.since)

// name: merge_asked(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
MERGE (a)-[e:ASKED]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_blocks(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
MERGE (a)-[e:BLOCKS]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_mutes(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
MERGE (a)-[e:MUTES]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_mutes_tags(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Tag {id: row.target[i]})
MERGE (a)-[e:MUTES]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_mutes_words(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Word {id: row.target[i]})
MERGE (a)-[e:MUTES]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_member_of(rows: [source: string, target: strings, role: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
MERGE (a)-[e:MEMBER_OF]->(b)
SET e.role = coalesce(row.role[i], e.role)

// name: merge_feels(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Mood {id: row.target[i]})
MERGE (a)-[e:FEELS]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_asked_to_join(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
MERGE (a)-[e:ASKED_TO_JOIN]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_invited_to(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
MERGE (a)-[e:INVITED_TO]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_attends(rows: [source: string, target: strings, role: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Event {id: row.target[i]})
MERGE (a)-[e:ATTENDS]->(b)
SET e.role = coalesce(row.role[i], e.role)

// name: merge_viewed(rows: [source: string, target: strings, at: ints, times: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:VIEWED]->(b)
SET e.at = coalesce(row.at[i], e.at),
    e.times = coalesce(row.times[i], e.times)

// name: merge_liked(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:LIKED]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_inspired(rows: [source: string, target: strings, at: ints, times: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:INSPIRED]->(b)
SET e.at = coalesce(row.at[i], e.at),
    e.times = coalesce(row.times[i], e.times)

// name: merge_rated(rows: [source: string, target: strings, at: ints, percent: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:RATED]->(b)
SET e.at = coalesce(row.at[i], e.at),
    e.percent = coalesce(row.percent[i], e.percent)

// name: merge_reacted(rows: [source: string, target: strings, at: ints, kind: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:REACTED]->(b)
SET e.at = coalesce(row.at[i], e.at),
    e.kind = coalesce(row.kind[i], e.kind)

// name: merge_commented(rows: [source: string, target: strings, at: ints, times: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:COMMENTED]->(b)
SET e.at = coalesce(row.at[i], e.at),
    e.times = coalesce(row.times[i], e.times)

// name: merge_shared(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:SHARED]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_hid(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[e:HID]->(b)
SET e.at = coalesce(row.at[i], e.at)

// name: merge_wrote(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Comment` {id: row.target[i]})
MERGE (a)-[:WROTE]->(b)

// name: merge_comment_on(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:`Comment` {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
MERGE (a)-[:`ON`]->(b)

// name: merge_answers(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:`Comment` {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Comment` {id: row.target[i]})
MERGE (a)-[:ANSWERS]->(b)

// name: merge_naming(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Name {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
MERGE (a)-[:NAMES]->(b)
