// Whole tables, for training, deriving and the exchange folder; never for a request.

// name: export_users()
MATCH (n:User)
RETURN n.id AS id, n.username AS username, n.joined_at AS joined_at, n.privacy AS privacy, n.active AS active, n.details AS details
ORDER BY id

// name: export_posts()
MATCH (n:Post)
RETURN n.id AS id, n.title AS title, n.text AS text, n.url AS url, n.created_at AS created_at, n.privacy AS privacy, n.available AS available, n.deleted AS deleted, n.details AS details
ORDER BY id

// name: export_tags()
MATCH (n:Tag)
RETURN n.id AS id, n.name AS name
ORDER BY id

// name: export_categories()
MATCH (n:Category)
RETURN n.id AS id, n.name AS name, n.details AS details
ORDER BY id

// name: export_moods()
MATCH (n:Mood)
RETURN n.id AS id, n.name AS name
ORDER BY id

// name: export_topics()
MATCH (n:Topic)
RETURN n.id AS id, n.name AS name, n.project_code AS project_code, n.details AS details
ORDER BY id

// name: export_groups()
MATCH (n:`Group`)
RETURN n.id AS id, n.name AS name, n.privacy AS privacy, n.description AS description,
    n.joining AS joining, n.created_at AS created_at, n.deleted AS deleted
ORDER BY id

// name: export_events()
MATCH (n:Event)
RETURN n.id AS id, n.name AS name, n.privacy AS privacy, n.description AS description, n.at AS at,
    n.until AS until, n.place AS place, n.created_at AS created_at, n.cancelled AS cancelled,
    n.host_id AS host_id, n.group_id AS group_id
ORDER BY id

// name: export_words()
MATCH (n:Word)
RETURN n.id AS id
ORDER BY id

// name: export_comments()
MATCH (n:`Comment`)
RETURN n.id AS id, n.text AS text, n.created_at AS created_at, n.edited_at AS edited_at, n.deleted AS deleted
ORDER BY id

// name: export_authored()
MATCH (a:User)-[e:AUTHORED]->(b:Post)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_tagged()
MATCH (a:Post)-[e:TAGGED]->(b:Tag)
RETURN a.id AS source, b.id AS target, e.weight AS weight
ORDER BY source, target

// name: export_in_category()
MATCH (a:Post)-[e:IN_CATEGORY]->(b:Category)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_evokes()
MATCH (a:Post)-[e:EVOKES]->(b:Mood)
RETURN a.id AS source, b.id AS target, e.weight AS weight
ORDER BY source, target

// name: export_about()
MATCH (a:Post)-[e:ABOUT]->(b:Topic)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_posted_in()
MATCH (a:Post)-[e:POSTED_IN]->(b:`Group`)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_shares()
MATCH (a:Post)-[e:SHARES]->(b:Post)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_interested_in()
MATCH (a:User)-[e:INTERESTED_IN]->(b:Tag)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_friend()
MATCH (a:User)-[e:FRIEND]->(b:User)
RETURN a.id AS source, b.id AS target, e.since AS since
ORDER BY source, target

// name: export_asked()
MATCH (a:User)-[e:ASKED]->(b:User)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_blocks()
MATCH (a:User)-[e:BLOCKS]->(b:User)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_mutes()
MATCH (a:User)-[e:MUTES]->(b:User)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_mutes_tags()
MATCH (a:User)-[e:MUTES]->(b:Tag)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_mutes_words()
MATCH (a:User)-[e:MUTES]->(b:Word)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_member_of()
MATCH (a:User)-[e:MEMBER_OF]->(b:`Group`)
RETURN a.id AS source, b.id AS target, e.role AS role
ORDER BY source, target

// name: export_feels()
MATCH (a:User)-[e:FEELS]->(b:Mood)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_asked_to_join()
MATCH (a:User)-[e:ASKED_TO_JOIN]->(b:`Group`)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_invited_to()
MATCH (a:User)-[e:INVITED_TO]->(b:`Group`)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_attends()
MATCH (a:User)-[e:ATTENDS]->(b:Event)
RETURN a.id AS source, b.id AS target, e.role AS role
ORDER BY source, target

// name: export_viewed()
MATCH (a:User)-[e:VIEWED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.times AS times
ORDER BY source, target

// name: export_liked()
MATCH (a:User)-[e:LIKED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_inspired()
MATCH (a:User)-[e:INSPIRED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.times AS times
ORDER BY source, target

// name: export_rated()
MATCH (a:User)-[e:RATED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.percent AS percent
ORDER BY source, target

// name: export_reacted()
MATCH (a:User)-[e:REACTED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.kind AS kind
ORDER BY source, target

// name: export_commented()
MATCH (a:User)-[e:COMMENTED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.times AS times
ORDER BY source, target

// name: export_shared()
MATCH (a:User)-[e:SHARED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_hid()
MATCH (a:User)-[e:HID]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at
ORDER BY source, target

// name: export_wrote()
MATCH (a:User)-[e:WROTE]->(b:`Comment`)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_comment_on()
MATCH (a:`Comment`)-[e:`ON`]->(b:Post)
RETURN a.id AS source, b.id AS target
ORDER BY source, target

// name: export_answers()
MATCH (a:`Comment`)-[e:ANSWERS]->(b:`Comment`)
RETURN a.id AS source, b.id AS target
ORDER BY source, target
