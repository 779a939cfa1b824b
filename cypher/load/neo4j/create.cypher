// The first load of a kind of edge: there is none yet, so nothing needs to be looked for. Each row is
// a node and all that starts from it; its lists have an entry (or null) for each target.

// name: create_authored(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:AUTHORED]->(b)

// name: create_tagged(rows: [source: string, target: strings, weight: floats])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Tag {id: row.target[i]})
CREATE (a)-[:TAGGED {weight: row.weight[i]}]->(b)

// name: create_in_category(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Category {id: row.target[i]})
CREATE (a)-[:IN_CATEGORY]->(b)

// name: create_evokes(rows: [source: string, target: strings, weight: floats])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Mood {id: row.target[i]})
CREATE (a)-[:EVOKES {weight: row.weight[i]}]->(b)

// name: create_about(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Topic {id: row.target[i]})
CREATE (a)-[:ABOUT]->(b)

// name: create_posted_in(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
CREATE (a)-[:POSTED_IN]->(b)

// name: create_shares(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:SHARES]->(b)

// name: create_interested_in(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Tag {id: row.target[i]})
CREATE (a)-[:INTERESTED_IN]->(b)

// name: create_friend(rows: [source: string, target: strings, since: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
CREATE (a)-[:FRIEND {since: row.since[i]}]->(b)

// name: create_asked(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
CREATE (a)-[:ASKED {at: row.at[i]}]->(b)

// name: create_blocks(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
CREATE (a)-[:BLOCKS {at: row.at[i]}]->(b)

// name: create_mutes(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
CREATE (a)-[:MUTES {at: row.at[i]}]->(b)

// name: create_mutes_tags(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Tag {id: row.target[i]})
CREATE (a)-[:MUTES {at: row.at[i]}]->(b)

// name: create_mutes_words(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Word {id: row.target[i]})
CREATE (a)-[:MUTES {at: row.at[i]}]->(b)

// name: create_member_of(rows: [source: string, target: strings, role: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
CREATE (a)-[:MEMBER_OF {role: row.role[i]}]->(b)

// name: create_feels(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Mood {id: row.target[i]})
CREATE (a)-[:FEELS {at: row.at[i]}]->(b)

// name: create_asked_to_join(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
CREATE (a)-[:ASKED_TO_JOIN {at: row.at[i]}]->(b)

// name: create_invited_to(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Group` {id: row.target[i]})
CREATE (a)-[:INVITED_TO {at: row.at[i]}]->(b)

// name: create_attends(rows: [source: string, target: strings, role: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Event {id: row.target[i]})
CREATE (a)-[:ATTENDS {role: row.role[i]}]->(b)

// name: create_viewed(rows: [source: string, target: strings, at: ints, times: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:VIEWED {at: row.at[i], times: row.times[i]}]->(b)

// name: create_liked(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:LIKED {at: row.at[i]}]->(b)

// name: create_inspired(rows: [source: string, target: strings, at: ints, times: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:INSPIRED {at: row.at[i], times: row.times[i]}]->(b)

// name: create_rated(rows: [source: string, target: strings, at: ints, percent: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:RATED {at: row.at[i], percent: row.percent[i]}]->(b)

// name: create_reacted(rows: [source: string, target: strings, at: ints, kind: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:REACTED {at: row.at[i], kind: row.kind[i]}]->(b)

// name: create_commented(rows: [source: string, target: strings, at: ints, times: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:COMMENTED {at: row.at[i], times: row.times[i]}]->(b)

// name: create_shared(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:SHARED {at: row.at[i]}]->(b)

// name: create_hid(rows: [source: string, target: strings, at: ints])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:HID {at: row.at[i]}]->(b)

// name: create_wrote(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Comment` {id: row.target[i]})
CREATE (a)-[:WROTE]->(b)

// name: create_comment_on(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:`Comment` {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:Post {id: row.target[i]})
CREATE (a)-[:`ON`]->(b)

// name: create_answers(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:`Comment` {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:`Comment` {id: row.target[i]})
CREATE (a)-[:ANSWERS]->(b)

// name: create_naming(rows: [source: string, target: strings])
UNWIND $rows AS row
MATCH (a:Name {id: row.source})
UNWIND range(0, size(row.target) - 1) AS i
MATCH (b:User {id: row.target[i]})
CREATE (a)-[:NAMES]->(b)
