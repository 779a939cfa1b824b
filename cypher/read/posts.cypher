// Cards: all that the gate and the ranking need of a post, as point look-ups; then the contents,
// which are long and are read for a page only.

// name: post_cards(post_ids: strings)
// In no order; ids that are not there drop out.
UNWIND $post_ids AS post_id
MATCH (p:Post {id: post_id})
RETURN p.id AS post_id, p.created_at AS created_at, p.privacy AS privacy,
    p.available AS available, p.deleted AS deleted, p.author_id AS author_id, p.tags AS tags,
    p.category_id AS category_id, p.topic_id AS topic_id, p.group_id AS group_id,
    p.project_code AS project_code, p.popularity AS popularity, p.shares_id AS shares_id,
    p.url AS url

// name: post_contents(post_ids: strings)
// What is shown of posts, in no order; ids that are not there drop out.
UNWIND $post_ids AS post_id
MATCH (p:Post {id: post_id})
RETURN p.id AS post_id, p.title AS title, p.text AS text, p.url AS url, p.details AS details

// name: category_cards(category_ids: strings)
UNWIND $category_ids AS category_id
MATCH (c:Category {id: category_id})
RETURN c.id AS id, c.name AS name, c.details AS details

// name: tag_names(tag_ids: strings)
UNWIND $tag_ids AS tag_id
MATCH (t:Tag {id: tag_id})
RETURN t.id AS id, t.name AS name

// name: topic_cards(topic_ids: strings)
UNWIND $topic_ids AS topic_id
MATCH (t:Topic {id: topic_id})
RETURN t.id AS id, t.name AS name, t.project_code AS project_code, t.details AS details

// name: group_cards(group_ids: strings)
UNWIND $group_ids AS group_id
MATCH (g:`Group` {id: group_id})
RETURN g.id AS id, g.name AS name

// name: categories_after(id: string)
// The next categories by id.
MATCH (c:Category)
WHERE c.id > $id
RETURN c.id AS id, c.name AS name
ORDER BY id
LIMIT 100

// name: written_after(user_id: string, at: int, id: string)
// What the user wrote, the latest first; ties by id; a page of it, as in friendships.cypher. OPTIONAL,
// because Ladybug 0.22 plans a plain step over a table that is empty as a scan of its other end.
MATCH (u:User {id: $user_id})
OPTIONAL MATCH (u)-[:AUTHORED]->(p:Post)
WITH p.id AS id, coalesce(p.created_at, 0) AS at
WHERE id IS NOT NULL AND (at < $at OR (at = $at AND id > $id))
RETURN id, at
ORDER BY at DESC, id
LIMIT 100
