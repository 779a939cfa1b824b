// A node's derived edges, old ones out and new ones in, within one transaction of a few nodes.

// name: sources_top_tag()
// Which nodes have such edges now.
MATCH (n:Tag)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: clear_top_tag(sources: strings)
UNWIND $sources AS source
MATCH (n:Tag {id: source})-[e:TOP]->(:Post)
DELETE e

// name: create_top_tag(rows: [source: string, target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Tag {id: row.source})
MATCH (p:Post {id: row.target})
CREATE (n)-[:TOP {score: row.score, rank: row.rank}]->(p)

// name: sources_top_category()
// Which nodes have such edges now.
MATCH (n:Category)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: clear_top_category(sources: strings)
UNWIND $sources AS source
MATCH (n:Category {id: source})-[e:TOP]->(:Post)
DELETE e

// name: create_top_category(rows: [source: string, target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Category {id: row.source})
MATCH (p:Post {id: row.target})
CREATE (n)-[:TOP {score: row.score, rank: row.rank}]->(p)

// name: sources_top_mood()
// Which nodes have such edges now.
MATCH (n:Mood)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: clear_top_mood(sources: strings)
UNWIND $sources AS source
MATCH (n:Mood {id: source})-[e:TOP]->(:Post)
DELETE e

// name: create_top_mood(rows: [source: string, target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Mood {id: row.source})
MATCH (p:Post {id: row.target})
CREATE (n)-[:TOP {score: row.score, rank: row.rank}]->(p)

// name: sources_top_topic()
// Which nodes have such edges now.
MATCH (n:Topic)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: clear_top_topic(sources: strings)
UNWIND $sources AS source
MATCH (n:Topic {id: source})-[e:TOP]->(:Post)
DELETE e

// name: create_top_topic(rows: [source: string, target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Topic {id: row.source})
MATCH (p:Post {id: row.target})
CREATE (n)-[:TOP {score: row.score, rank: row.rank}]->(p)

// name: sources_top_chart()
// Which nodes have such edges now.
MATCH (n:Chart)-[:TOP]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: clear_top_chart(sources: strings)
UNWIND $sources AS source
MATCH (n:Chart {id: source})-[e:TOP]->(:Post)
DELETE e

// name: create_top_chart(rows: [source: string, target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Chart {id: row.source})
MATCH (p:Post {id: row.target})
CREATE (n)-[:TOP {score: row.score, rank: row.rank}]->(p)

// name: sources_similar_post()
// Which nodes have such edges now.
MATCH (n:Post)-[:SIMILAR]->(:Post)
RETURN DISTINCT n.id AS id
ORDER BY id

// name: clear_similar_post(sources: strings)
UNWIND $sources AS source
MATCH (n:Post {id: source})-[e:SIMILAR]->(:Post)
DELETE e

// name: create_similar_post(rows: [source: string, target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Post {id: row.source})
MATCH (p:Post {id: row.target})
CREATE (n)-[:SIMILAR {score: row.score, rank: row.rank}]->(p)
