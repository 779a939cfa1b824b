// One node's derived list, read and changed by itself (graph/derive/swap.py). What changes is told to
// whoever keeps lists by the node that the list starts from alone (`Query.derives`). What is unset is
// told apart behind a WITH: Neo4j, while it takes the index of posts for empty, would look for all of
// them there, and keep doing so.

// name: derived_top_tag(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:Tag {id: $source})
OPTIONAL MATCH (n)-[e:TOP]->(m:Post)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_top_tag(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Tag {id: $source})
MATCH (m:Post {id: row.target})
MERGE (n)-[e:TOP]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_top_tag(source: string, targets: strings)
MATCH (n:Tag {id: $source})-[e:TOP]->(m:Post)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e

// name: derived_top_category(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:Category {id: $source})
OPTIONAL MATCH (n)-[e:TOP]->(m:Post)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_top_category(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Category {id: $source})
MATCH (m:Post {id: row.target})
MERGE (n)-[e:TOP]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_top_category(source: string, targets: strings)
MATCH (n:Category {id: $source})-[e:TOP]->(m:Post)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e

// name: derived_top_mood(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:Mood {id: $source})
OPTIONAL MATCH (n)-[e:TOP]->(m:Post)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_top_mood(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Mood {id: $source})
MATCH (m:Post {id: row.target})
MERGE (n)-[e:TOP]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_top_mood(source: string, targets: strings)
MATCH (n:Mood {id: $source})-[e:TOP]->(m:Post)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e

// name: derived_top_topic(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:Topic {id: $source})
OPTIONAL MATCH (n)-[e:TOP]->(m:Post)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_top_topic(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Topic {id: $source})
MATCH (m:Post {id: row.target})
MERGE (n)-[e:TOP]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_top_topic(source: string, targets: strings)
MATCH (n:Topic {id: $source})-[e:TOP]->(m:Post)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e

// name: derived_top_chart(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:Chart {id: $source})
OPTIONAL MATCH (n)-[e:TOP]->(m:Post)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_top_chart(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Chart {id: $source})
MATCH (m:Post {id: row.target})
MERGE (n)-[e:TOP]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_top_chart(source: string, targets: strings)
MATCH (n:Chart {id: $source})-[e:TOP]->(m:Post)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e

// name: derived_similar_post(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:Post {id: $source})
OPTIONAL MATCH (n)-[e:SIMILAR]->(m:Post)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_similar_post(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:Post {id: $source})
MATCH (m:Post {id: row.target})
MERGE (n)-[e:SIMILAR]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_similar_post(source: string, targets: strings)
MATCH (n:Post {id: $source})-[e:SIMILAR]->(m:Post)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e

// name: derived_near_user(source: string)
// In no order. OPTIONAL, because Ladybug 0.22 plans a plain step over a table that is empty as a scan.
MATCH (n:User {id: $source})
OPTIONAL MATCH (n)-[e:NEAR]->(m:User)
WITH m.id AS target, e.score AS score, e.rank AS rank
WHERE target IS NOT NULL
RETURN target, coalesce(score, -1.0) AS score, coalesce(rank, -1) AS rank

// name: set_near_user(source: string, rows: [target: string, score: float, rank: int])
UNWIND $rows AS row
MATCH (n:User {id: $source})
MATCH (m:User {id: row.target})
MERGE (n)-[e:NEAR]->(m)
SET e.score = row.score, e.rank = row.rank

// name: unset_near_user(source: string, targets: strings)
MATCH (n:User {id: $source})-[e:NEAR]->(m:User)
WITH e, m.id AS target
WHERE target IN $targets
DELETE e
