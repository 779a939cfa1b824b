// Nodes from a source, in batches that are safe to run twice. A null leaves what is there.

// name: load_users(rows: [id: string, username: string, joined_at: int, privacy: string, active: bool, details: string])
UNWIND $rows AS row
MERGE (n:User {id: row.id})
SET n.username = coalesce(row.username, n.username),
    n.joined_at = coalesce(row.joined_at, n.joined_at),
    n.privacy = coalesce(row.privacy, n.privacy),
    n.active = coalesce(row.active, n.active),
    n.details = coalesce(row.details, n.details)

// name: load_posts(rows: [id: string, title: string, text: string, url: string, created_at: int, privacy: string, available: bool, deleted: bool, details: string, author_id: string, tags: strings, category_id: string, topic_id: string, group_id: string, project_code: string, shares_id: string])
UNWIND $rows AS row
MERGE (n:Post {id: row.id})
SET n.title = coalesce(row.title, n.title),
    n.text = coalesce(row.text, n.text),
    n.url = coalesce(row.url, n.url),
    n.created_at = coalesce(row.created_at, n.created_at),
    n.privacy = coalesce(row.privacy, n.privacy),
    n.available = coalesce(row.available, n.available),
    n.deleted = coalesce(row.deleted, n.deleted),
    n.details = coalesce(row.details, n.details),
    n.author_id = coalesce(row.author_id, n.author_id),
    n.tags = coalesce(row.tags, n.tags),
    n.category_id = coalesce(row.category_id, n.category_id),
    n.topic_id = coalesce(row.topic_id, n.topic_id),
    n.group_id = coalesce(row.group_id, n.group_id),
    n.project_code = coalesce(row.project_code, n.project_code),
    n.shares_id = coalesce(row.shares_id, n.shares_id)

// name: set_cards(rows: [id: string, author_id: string, category_id: string, topic_id: string, group_id: string, shares_id: string, project_code: string, tags: strings])
// The copies of posts that lost an edge: here a null takes away what is there.
UNWIND $rows AS row
MATCH (n:Post {id: row.id})
SET n.author_id = row.author_id,
    n.category_id = row.category_id,
    n.topic_id = row.topic_id,
    n.group_id = row.group_id,
    n.shares_id = row.shares_id,
    n.project_code = row.project_code,
    n.tags = row.tags

// name: load_tags(rows: [id: string, name: string])
UNWIND $rows AS row
MERGE (n:Tag {id: row.id})
SET n.name = coalesce(row.name, n.name)

// name: load_categories(rows: [id: string, name: string, details: string])
UNWIND $rows AS row
MERGE (n:Category {id: row.id})
SET n.name = coalesce(row.name, n.name),
    n.details = coalesce(row.details, n.details)

// name: load_moods(rows: [id: string, name: string])
UNWIND $rows AS row
MERGE (n:Mood {id: row.id})
SET n.name = coalesce(row.name, n.name)

// name: load_topics(rows: [id: string, name: string, project_code: string, details: string])
UNWIND $rows AS row
MERGE (n:Topic {id: row.id})
SET n.name = coalesce(row.name, n.name),
    n.project_code = coalesce(row.project_code, n.project_code),
    n.details = coalesce(row.details, n.details)

// name: load_groups(rows: [id: string, name: string, privacy: string, description: string, joining: string, created_at: int, deleted: bool])
UNWIND $rows AS row
MERGE (n:`Group` {id: row.id})
SET n.name = coalesce(row.name, n.name),
    n.privacy = coalesce(row.privacy, n.privacy),
    n.description = coalesce(row.description, n.description),
    n.joining = coalesce(row.joining, n.joining),
    n.created_at = coalesce(row.created_at, n.created_at),
    n.deleted = coalesce(row.deleted, n.deleted)

// name: load_events(rows: [id: string, name: string, privacy: string, description: string, at: int, until: int, place: string, created_at: int, cancelled: bool, host_id: string, group_id: string])
UNWIND $rows AS row
MERGE (n:Event {id: row.id})
SET n.name = coalesce(row.name, n.name),
    n.privacy = coalesce(row.privacy, n.privacy),
    n.description = coalesce(row.description, n.description),
    n.at = coalesce(row.at, n.at),
    n.until = coalesce(row.until, n.until),
    n.place = coalesce(row.place, n.place),
    n.created_at = coalesce(row.created_at, n.created_at),
    n.cancelled = coalesce(row.cancelled, n.cancelled),
    n.host_id = coalesce(row.host_id, n.host_id),
    n.group_id = coalesce(row.group_id, n.group_id)

// name: load_words(rows: [id: string])
// The words and phrases that people mute.
UNWIND $rows AS row
MERGE (n:Word {id: row.id})

// name: load_comments(rows: [id: string, text: string, created_at: int, edited_at: int, deleted: bool])
UNWIND $rows AS row
MERGE (n:`Comment` {id: row.id})
SET n.text = coalesce(row.text, n.text),
    n.created_at = coalesce(row.created_at, n.created_at),
    n.edited_at = coalesce(row.edited_at, n.edited_at),
    n.deleted = coalesce(row.deleted, n.deleted)

// name: load_names(rows: [id: string])
// The names that people are looked up by.
UNWIND $rows AS row
MERGE (n:Name {id: row.id})

// name: load_charts(rows: [id: string])
// The nodes that the charts of the whole graph hang on.
UNWIND $rows AS row
MERGE (n:Chart {id: row.id})
