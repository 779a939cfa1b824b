// A node's derived edges, changed so that no reader finds a list empty: first the new edges are
// created or put, for all nodes, then those that are in no list any more are dropped: behind a WITH,
// as in lists.cypher.

// name: sources_top_tag()
// Which nodes have such edges now.
MATCH (n:Tag)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_top_tag(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:Tag {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
MERGE (n)-[e:TOP]->(p)
SET e.score = row.score[rank], e.rank = rank

// name: create_top_tag(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:Tag {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:TOP]->(:Post) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
CREATE (n)-[:TOP {score: row.score[rank], rank: rank}]->(p)

// name: drop_top_tag(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:Tag {id: row.source})-[e:TOP]->(p:Post)
WITH row, e, p.id AS target
WHERE NOT target IN row.target
DELETE e

// name: sources_top_category()
// Which nodes have such edges now.
MATCH (n:Category)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_top_category(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:Category {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
MERGE (n)-[e:TOP]->(p)
SET e.score = row.score[rank], e.rank = rank

// name: create_top_category(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:Category {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:TOP]->(:Post) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
CREATE (n)-[:TOP {score: row.score[rank], rank: rank}]->(p)

// name: drop_top_category(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:Category {id: row.source})-[e:TOP]->(p:Post)
WITH row, e, p.id AS target
WHERE NOT target IN row.target
DELETE e

// name: sources_top_mood()
// Which nodes have such edges now.
MATCH (n:Mood)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_top_mood(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:Mood {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
MERGE (n)-[e:TOP]->(p)
SET e.score = row.score[rank], e.rank = rank

// name: create_top_mood(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:Mood {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:TOP]->(:Post) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
CREATE (n)-[:TOP {score: row.score[rank], rank: rank}]->(p)

// name: drop_top_mood(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:Mood {id: row.source})-[e:TOP]->(p:Post)
WITH row, e, p.id AS target
WHERE NOT target IN row.target
DELETE e

// name: sources_top_topic()
// Which nodes have such edges now.
MATCH (n:Topic)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_top_topic(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:Topic {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
MERGE (n)-[e:TOP]->(p)
SET e.score = row.score[rank], e.rank = rank

// name: create_top_topic(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:Topic {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:TOP]->(:Post) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
CREATE (n)-[:TOP {score: row.score[rank], rank: rank}]->(p)

// name: drop_top_topic(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:Topic {id: row.source})-[e:TOP]->(p:Post)
WITH row, e, p.id AS target
WHERE NOT target IN row.target
DELETE e

// name: sources_top_chart()
// Which nodes have such edges now.
MATCH (n:Chart)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_top_chart(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:Chart {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
MERGE (n)-[e:TOP]->(p)
SET e.score = row.score[rank], e.rank = rank

// name: create_top_chart(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:Chart {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:TOP]->(:Post) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
CREATE (n)-[:TOP {score: row.score[rank], rank: rank}]->(p)

// name: drop_top_chart(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:Chart {id: row.source})-[e:TOP]->(p:Post)
WITH row, e, p.id AS target
WHERE NOT target IN row.target
DELETE e

// name: sources_similar_post()
// Which nodes have such edges now.
MATCH (n:Post)-[:SIMILAR]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_similar_post(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:Post {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
MERGE (n)-[e:SIMILAR]->(p)
SET e.score = row.score[rank], e.rank = rank

// name: create_similar_post(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:Post {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:SIMILAR]->(:Post) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (p:Post {id: row.target[rank]})
CREATE (n)-[:SIMILAR {score: row.score[rank], rank: rank}]->(p)

// name: drop_similar_post(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:Post {id: row.source})-[e:SIMILAR]->(p:Post)
WITH row, e, p.id AS target
WHERE NOT target IN row.target
DELETE e

// name: sources_near_user()
// Which nodes have such edges now.
MATCH (n:User)-[:NEAR]->(:User)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: put_near_user(rows: [source: string, target: strings, score: floats])
// Each row is a node's whole list, the best first.
UNWIND $rows AS row
MATCH (n:User {id: row.source})
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (u:User {id: row.target[rank]})
MERGE (n)-[e:NEAR]->(u)
SET e.score = row.score[rank], e.rank = rank

// name: create_near_user(rows: [source: string, target: strings, score: floats])
// As above, of nodes that have none; who has come to have some meanwhile keeps these.
UNWIND $rows AS row
MATCH (n:User {id: row.source})
SET n.held = true
REMOVE n.held
WITH n, row
WHERE NOT EXISTS { (n)-[:NEAR]->(:User) }
UNWIND range(0, size(row.target) - 1) AS rank
MATCH (u:User {id: row.target[rank]})
CREATE (n)-[:NEAR {score: row.score[rank], rank: rank}]->(u)

// name: drop_near_user(rows: [source: string, target: strings])
// What is not among a node's targets.
UNWIND $rows AS row
MATCH (n:User {id: row.source})-[e:NEAR]->(u:User)
WITH row, e, u.id AS target
WHERE NOT target IN row.target
DELETE e
