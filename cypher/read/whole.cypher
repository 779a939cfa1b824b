// Whole tables for a server that keeps its lists in memory (`feed.filling`): read in the background,
// never for a request. What is read around one node is in candidates.cypher; the two say the same.
// On Neo4j edges come as lists (load/neo4j/lists.cypher).

// name: whole_people()
// Everybody, as `user_cards` gives some.
MATCH (u:User)
RETURN u.id AS user_id, u.username AS username, u.privacy AS privacy, u.active AS active

// name: whole_born()
// When everybody joined, as `born_users` tells of some.
MATCH (u:User)
RETURN u.id AS id, u.joined_at AS at

// name: whole_staying()
// Everybody who does not leave, as `stays` gives one.
MATCH (u:User)
WHERE coalesce(u.leaving, false) = false
RETURN u.id AS id

// name: whole_names()
// Who bears or bore which name, as `users_named` gives for one.
MATCH (n:`Name`)-[:NAMES]->(u:User)
RETURN n.id AS name, u.id AS user_id, u.username AS username, u.privacy AS privacy,
    u.active AS active

// name: whole_posts()
MATCH (p:Post)
RETURN p.id AS post_id

// name: whole_cards()
// Every post's card, as `post_cards` gives some.
MATCH (p:Post)
RETURN p.id AS post_id, p.created_at AS created_at, p.privacy AS privacy,
    p.available AS available, p.deleted AS deleted, p.author_id AS author_id, p.tags AS tags,
    p.category_id AS category_id, p.topic_id AS topic_id, p.group_id AS group_id,
    p.project_code AS project_code, p.popularity AS popularity, p.shares_id AS shares_id,
    p.url AS url

// name: export_similar()
MATCH (a:Post)-[r:SIMILAR]->(b:Post)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_near()
MATCH (a:User)-[r:NEAR]->(b:User)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_top_tag()
MATCH (a:Tag)-[r:TOP]->(b:Post)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_top_category()
MATCH (a:Category)-[r:TOP]->(b:Post)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_top_topic()
MATCH (a:Topic)-[r:TOP]->(b:Post)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_top_mood()
MATCH (a:Mood)-[r:TOP]->(b:Post)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_top_chart()
MATCH (a:Chart)-[r:TOP]->(b:Post)
RETURN a.id AS source, b.id AS target, coalesce(r.score, 0.0) AS score

// name: export_written()
// Who wrote what that somebody else may see and that stands in no group, scored by when it was made,
// and whether it is for everybody.
MATCH (a:User)-[:AUTHORED]->(b:Post)
WHERE coalesce(b.privacy, 'public') IN ['public', 'friends'] AND coalesce(b.available, true)
    AND NOT coalesce(b.deleted, false) AND b.group_id IS NULL
RETURN a.id AS source, b.id AS target, coalesce(b.created_at, 0) AS score,
    CASE WHEN coalesce(b.privacy, 'public') = 'public' THEN 1 ELSE 0 END AS open

// name: export_posted()
// What stands in which group, scored by when it was made, and whether every member may see it.
MATCH (a:`Group`)<-[:POSTED_IN]-(b:Post)
OPTIONAL MATCH (b)<-[:AUTHORED]-(u:User)
RETURN a.id AS source, b.id AS target, coalesce(b.created_at, 0) AS score,
    min(CASE WHEN coalesce(b.privacy, 'public') = 'public' AND coalesce(b.available, true)
        AND NOT coalesce(b.deleted, false) AND coalesce(u.privacy, 'public') = 'public'
        AND coalesce(u.active, true) THEN 1 ELSE 0 END) AS open
