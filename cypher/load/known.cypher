// What the graph holds already, for a load to compare; never for a request.

// name: first_users()
MATCH (n:User) RETURN n.id AS id LIMIT 1

// name: first_posts()
MATCH (n:Post) RETURN n.id AS id LIMIT 1

// name: first_tags()
MATCH (n:Tag) RETURN n.id AS id LIMIT 1

// name: first_categories()
MATCH (n:Category) RETURN n.id AS id LIMIT 1

// name: first_moods()
MATCH (n:Mood) RETURN n.id AS id LIMIT 1

// name: first_topics()
MATCH (n:Topic) RETURN n.id AS id LIMIT 1

// name: first_groups()
MATCH (n:`Group`) RETURN n.id AS id LIMIT 1

// name: first_events()
MATCH (n:Event) RETURN n.id AS id LIMIT 1

// name: first_words()
MATCH (n:Word) RETURN n.id AS id LIMIT 1

// name: first_comments()
MATCH (n:`Comment`) RETURN n.id AS id LIMIT 1

// name: first_names()
MATCH (n:Name) RETURN n.id AS id LIMIT 1

// name: first_authored()
MATCH (a:User)-[:AUTHORED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_tagged()
MATCH (a:Post)-[:TAGGED]->(:Tag) RETURN a.id AS id LIMIT 1

// name: first_in_category()
MATCH (a:Post)-[:IN_CATEGORY]->(:Category) RETURN a.id AS id LIMIT 1

// name: first_evokes()
MATCH (a:Post)-[:EVOKES]->(:Mood) RETURN a.id AS id LIMIT 1

// name: first_about()
MATCH (a:Post)-[:ABOUT]->(:Topic) RETURN a.id AS id LIMIT 1

// name: first_posted_in()
MATCH (a:Post)-[:POSTED_IN]->(:`Group`) RETURN a.id AS id LIMIT 1

// name: first_shares()
MATCH (a:Post)-[:SHARES]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_interested_in()
MATCH (a:User)-[:INTERESTED_IN]->(:Tag) RETURN a.id AS id LIMIT 1

// name: first_friend()
MATCH (a:User)-[:FRIEND]->(:User) RETURN a.id AS id LIMIT 1

// name: first_asked()
MATCH (a:User)-[:ASKED]->(:User) RETURN a.id AS id LIMIT 1

// name: first_blocks()
MATCH (a:User)-[:BLOCKS]->(:User) RETURN a.id AS id LIMIT 1

// name: first_mutes()
MATCH (a:User)-[:MUTES]->(:User) RETURN a.id AS id LIMIT 1

// name: first_mutes_tags()
MATCH (a:User)-[:MUTES]->(:Tag) RETURN a.id AS id LIMIT 1

// name: first_mutes_words()
MATCH (a:User)-[:MUTES]->(:Word) RETURN a.id AS id LIMIT 1

// name: first_member_of()
MATCH (a:User)-[:MEMBER_OF]->(:`Group`) RETURN a.id AS id LIMIT 1

// name: first_feels()
MATCH (a:User)-[:FEELS]->(:Mood) RETURN a.id AS id LIMIT 1

// name: first_asked_to_join()
MATCH (a:User)-[:ASKED_TO_JOIN]->(:`Group`) RETURN a.id AS id LIMIT 1

// name: first_invited_to()
MATCH (a:User)-[:INVITED_TO]->(:`Group`) RETURN a.id AS id LIMIT 1

// name: first_attends()
MATCH (a:User)-[:ATTENDS]->(:Event) RETURN a.id AS id LIMIT 1

// name: first_viewed()
MATCH (a:User)-[:VIEWED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_liked()
MATCH (a:User)-[:LIKED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_inspired()
MATCH (a:User)-[:INSPIRED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_rated()
MATCH (a:User)-[:RATED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_reacted()
MATCH (a:User)-[:REACTED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_commented()
MATCH (a:User)-[:COMMENTED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_shared()
MATCH (a:User)-[:SHARED]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_hid()
MATCH (a:User)-[:HID]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_wrote()
MATCH (a:User)-[:WROTE]->(:`Comment`) RETURN a.id AS id LIMIT 1

// name: first_comment_on()
MATCH (a:`Comment`)-[:`ON`]->(:Post) RETURN a.id AS id LIMIT 1

// name: first_answers()
MATCH (a:`Comment`)-[:ANSWERS]->(:`Comment`) RETURN a.id AS id LIMIT 1

// name: first_naming()
MATCH (a:Name)-[:NAMES]->(:User) RETURN a.id AS id LIMIT 1

// name: some_users(ids: strings)
UNWIND $ids AS i
MATCH (n:User {id: i})
RETURN n.id AS id, n.username AS username, n.joined_at AS joined_at, n.privacy AS privacy, n.active AS active, n.details AS details

// name: some_posts(ids: strings)
UNWIND $ids AS i
MATCH (n:Post {id: i})
RETURN n.id AS id, n.title AS title, n.text AS text, n.url AS url, n.created_at AS created_at, n.privacy AS privacy, n.available AS available, n.deleted AS deleted, n.details AS details

// name: some_tags(ids: strings)
UNWIND $ids AS i
MATCH (n:Tag {id: i})
RETURN n.id AS id, n.name AS name

// name: some_categories(ids: strings)
UNWIND $ids AS i
MATCH (n:Category {id: i})
RETURN n.id AS id, n.name AS name, n.details AS details

// name: some_moods(ids: strings)
UNWIND $ids AS i
MATCH (n:Mood {id: i})
RETURN n.id AS id, n.name AS name

// name: some_topics(ids: strings)
UNWIND $ids AS i
MATCH (n:Topic {id: i})
RETURN n.id AS id, n.name AS name, n.project_code AS project_code, n.details AS details

// name: some_groups(ids: strings)
UNWIND $ids AS i
MATCH (n:`Group` {id: i})
RETURN n.id AS id, n.name AS name, n.privacy AS privacy, n.description AS description,
    n.joining AS joining, n.created_at AS created_at, n.deleted AS deleted

// name: some_events(ids: strings)
UNWIND $ids AS i
MATCH (n:Event {id: i})
RETURN n.id AS id, n.name AS name, n.privacy AS privacy, n.description AS description, n.at AS at,
    n.until AS until, n.place AS place, n.created_at AS created_at, n.cancelled AS cancelled,
    n.host_id AS host_id, n.group_id AS group_id

// name: some_words(ids: strings)
UNWIND $ids AS i
MATCH (n:Word {id: i})
RETURN n.id AS id

// name: some_comments(ids: strings)
UNWIND $ids AS i
MATCH (n:`Comment` {id: i})
RETURN n.id AS id, n.text AS text, n.created_at AS created_at, n.edited_at AS edited_at, n.deleted AS deleted

// name: from_authored(source: string)
MATCH (a:User {id: $source})-[e:AUTHORED]->(b:Post)
RETURN a.id AS source, b.id AS target

// name: from_tagged(source: string)
MATCH (a:Post {id: $source})-[e:TAGGED]->(b:Tag)
RETURN a.id AS source, b.id AS target, e.weight AS weight

// name: from_in_category(source: string)
MATCH (a:Post {id: $source})-[e:IN_CATEGORY]->(b:Category)
RETURN a.id AS source, b.id AS target

// name: from_evokes(source: string)
MATCH (a:Post {id: $source})-[e:EVOKES]->(b:Mood)
RETURN a.id AS source, b.id AS target, e.weight AS weight

// name: from_about(source: string)
MATCH (a:Post {id: $source})-[e:ABOUT]->(b:Topic)
RETURN a.id AS source, b.id AS target

// name: from_posted_in(source: string)
MATCH (a:Post {id: $source})-[e:POSTED_IN]->(b:`Group`)
RETURN a.id AS source, b.id AS target

// name: from_shares(source: string)
MATCH (a:Post {id: $source})-[e:SHARES]->(b:Post)
RETURN a.id AS source, b.id AS target

// name: from_interested_in(source: string)
MATCH (a:User {id: $source})-[e:INTERESTED_IN]->(b:Tag)
RETURN a.id AS source, b.id AS target

// name: from_friend(source: string)
MATCH (a:User {id: $source})-[e:FRIEND]->(b:User)
RETURN a.id AS source, b.id AS target, e.since AS since

// name: from_asked(source: string)
MATCH (a:User {id: $source})-[e:ASKED]->(b:User)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_blocks(source: string)
MATCH (a:User {id: $source})-[e:BLOCKS]->(b:User)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_mutes(source: string)
MATCH (a:User {id: $source})-[e:MUTES]->(b:User)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_mutes_tags(source: string)
MATCH (a:User {id: $source})-[e:MUTES]->(b:Tag)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_mutes_words(source: string)
MATCH (a:User {id: $source})-[e:MUTES]->(b:Word)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_member_of(source: string)
MATCH (a:User {id: $source})-[e:MEMBER_OF]->(b:`Group`)
RETURN a.id AS source, b.id AS target, e.role AS role

// name: from_feels(source: string)
MATCH (a:User {id: $source})-[e:FEELS]->(b:Mood)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_asked_to_join(source: string)
MATCH (a:User {id: $source})-[e:ASKED_TO_JOIN]->(b:`Group`)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_invited_to(source: string)
MATCH (a:User {id: $source})-[e:INVITED_TO]->(b:`Group`)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_attends(source: string)
MATCH (a:User {id: $source})-[e:ATTENDS]->(b:Event)
RETURN a.id AS source, b.id AS target, e.role AS role

// name: from_viewed(source: string)
MATCH (a:User {id: $source})-[e:VIEWED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.times AS times

// name: from_liked(source: string)
MATCH (a:User {id: $source})-[e:LIKED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_inspired(source: string)
MATCH (a:User {id: $source})-[e:INSPIRED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.times AS times

// name: from_rated(source: string)
MATCH (a:User {id: $source})-[e:RATED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.percent AS percent

// name: from_reacted(source: string)
MATCH (a:User {id: $source})-[e:REACTED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.kind AS kind

// name: from_commented(source: string)
MATCH (a:User {id: $source})-[e:COMMENTED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at, e.times AS times

// name: from_shared(source: string)
MATCH (a:User {id: $source})-[e:SHARED]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_hid(source: string)
MATCH (a:User {id: $source})-[e:HID]->(b:Post)
RETURN a.id AS source, b.id AS target, e.at AS at

// name: from_wrote(source: string)
MATCH (a:User {id: $source})-[e:WROTE]->(b:`Comment`)
RETURN a.id AS source, b.id AS target

// name: from_comment_on(source: string)
MATCH (a:`Comment` {id: $source})-[e:`ON`]->(b:Post)
RETURN a.id AS source, b.id AS target

// name: from_answers(source: string)
MATCH (a:`Comment` {id: $source})-[e:ANSWERS]->(b:`Comment`)
RETURN a.id AS source, b.id AS target

// name: some_cards(ids: strings)
// The copies on posts that tell who may see them.
UNWIND $ids AS i
MATCH (p:Post {id: i})
RETURN p.id AS id, p.author_id AS author_id, p.tags AS tags, p.category_id AS category_id, p.topic_id AS topic_id, p.group_id AS group_id, p.shares_id AS shares_id

// name: some_names(ids: strings)
UNWIND $ids AS i
MATCH (n:Name {id: i})
RETURN n.id AS id

// name: from_naming(source: string)
MATCH (a:Name {id: $source})-[:NAMES]->(b:User)
RETURN a.id AS source, b.id AS target

// name: export_names()
MATCH (n:Name)
RETURN n.id AS id

// name: export_naming()
MATCH (a:Name)-[:NAMES]->(b:User)
RETURN a.id AS source, b.id AS target
