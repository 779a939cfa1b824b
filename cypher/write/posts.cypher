// Posts that people write here. As in load/nodes.cypher, a null leaves what is there; fewer columns,
// since Ladybug takes its time for each that is set.

// name: make_posts(rows: [id: string, title: string, text: string, url: string, created_at: int, privacy: string, author_id: string, tags: strings, category_id: string, group_id: string, shares_id: string])
// Posts that are not there yet.
UNWIND $rows AS row
CREATE (n:Post {id: row.id, title: row.title, text: row.text, url: row.url,
    created_at: row.created_at, privacy: row.privacy, author_id: row.author_id, tags: row.tags,
    category_id: row.category_id, group_id: row.group_id, shares_id: row.shares_id})

// name: change_posts(rows: [id: string, title: string, text: string, url: string, privacy: string, details: string])
UNWIND $rows AS row
MATCH (n:Post {id: row.id})
SET n.title = coalesce(row.title, n.title),
    n.text = coalesce(row.text, n.text),
    n.url = coalesce(row.url, n.url),
    n.privacy = coalesce(row.privacy, n.privacy),
    n.details = coalesce(row.details, n.details)

// name: erase_post(post_id: string)
// Marks the post as deleted, and leaves no word of it.
MATCH (n:Post {id: $post_id})
SET n.deleted = true, n.title = '', n.text = '', n.url = '', n.details = '{}'
