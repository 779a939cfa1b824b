// Comments that people write here.

// name: make_comment(id: string, user_id: string, post_id: string, text: string, at: int)
// A comment that is not there yet, on a post, of somebody, both of whom are held.
MATCH (u:User {id: $user_id})
MATCH (p:Post {id: $post_id})
CREATE (u)-[:WROTE]->(c:`Comment` {id: $id, text: $text, created_at: $at})
CREATE (c)-[:`ON`]->(p)
