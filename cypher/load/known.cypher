// What the graph holds already, for a load to know; never for a request.

// name: ids_users()
MATCH (n:User)
RETURN n.id AS id

// name: ids_posts()
MATCH (n:Post)
RETURN n.id AS id

// name: ids_tags()
MATCH (n:Tag)
RETURN n.id AS id

// name: ids_categories()
MATCH (n:Category)
RETURN n.id AS id

// name: ids_moods()
MATCH (n:Mood)
RETURN n.id AS id

// name: ids_topics()
MATCH (n:Topic)
RETURN n.id AS id

// name: ids_groups()
MATCH (n:`Group`)
RETURN n.id AS id

// name: stored_tags()
MATCH (p:Post)
WHERE p.tags IS NOT NULL
RETURN p.id AS id, p.tags AS tags
