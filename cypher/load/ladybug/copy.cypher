// The first load of a kind: a bulk copy into a table that has no rows yet. Columns are those of the
// load query of the same name, in its order.

// name: copy_users(rows: table)
COPY User(id, username, joined_at, privacy, active, details) FROM $rows

// name: copy_posts(rows: table)
COPY Post(id, title, text, url, created_at, privacy, available, deleted, details, author_id, tags, category_id, topic_id, group_id, project_code) FROM $rows

// name: copy_tags(rows: table)
COPY Tag(id, name) FROM $rows

// name: copy_categories(rows: table)
COPY Category(id, name, details) FROM $rows

// name: copy_moods(rows: table)
COPY Mood(id, name) FROM $rows

// name: copy_topics(rows: table)
COPY Topic(id, name, project_code, details) FROM $rows

// name: copy_groups(rows: table)
COPY `Group`(id, name, privacy) FROM $rows

// name: copy_names(rows: table)
COPY Name(id) FROM $rows

// name: copy_authored(rows: table)
COPY AUTHORED FROM $rows (from='User', to='Post')

// name: copy_tagged(rows: table)
COPY TAGGED FROM $rows (from='Post', to='Tag')

// name: copy_in_category(rows: table)
COPY IN_CATEGORY FROM $rows (from='Post', to='Category')

// name: copy_evokes(rows: table)
COPY EVOKES FROM $rows (from='Post', to='Mood')

// name: copy_about(rows: table)
COPY ABOUT FROM $rows (from='Post', to='Topic')

// name: copy_posted_in(rows: table)
COPY POSTED_IN FROM $rows (from='Post', to='Group')

// name: copy_shares(rows: table)
COPY SHARES FROM $rows (from='Post', to='Post')

// name: copy_interested_in(rows: table)
COPY INTERESTED_IN FROM $rows (from='User', to='Tag')

// name: copy_friend(rows: table)
COPY FRIEND FROM $rows (from='User', to='User')

// name: copy_asked(rows: table)
COPY ASKED FROM $rows (from='User', to='User')

// name: copy_blocks(rows: table)
COPY BLOCKS FROM $rows (from='User', to='User')

// name: copy_mutes(rows: table)
COPY MUTES FROM $rows (from='User', to='User')

// name: copy_mutes_tags(rows: table)
COPY MUTES FROM $rows (from='User', to='Tag')

// name: copy_member_of(rows: table)
COPY MEMBER_OF FROM $rows (from='User', to='Group')

// name: copy_viewed(rows: table)
COPY VIEWED FROM $rows (from='User', to='Post')

// name: copy_liked(rows: table)
COPY LIKED FROM $rows (from='User', to='Post')

// name: copy_inspired(rows: table)
COPY INSPIRED FROM $rows (from='User', to='Post')

// name: copy_rated(rows: table)
COPY RATED FROM $rows (from='User', to='Post')

// name: copy_reacted(rows: table)
COPY REACTED FROM $rows (from='User', to='Post')

// name: copy_commented(rows: table)
COPY COMMENTED FROM $rows (from='User', to='Post')

// name: copy_shared(rows: table)
COPY SHARED FROM $rows (from='User', to='Post')

// name: copy_hid(rows: table)
COPY HID FROM $rows (from='User', to='Post')

// name: copy_naming(rows: table)
COPY NAMES FROM $rows (from='Name', to='User')

// Whether a kind has any rows: a first load copies in bulk, a later one merges.

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

// name: first_member_of()
MATCH (a:User)-[:MEMBER_OF]->(:`Group`) RETURN a.id AS id LIMIT 1

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

// name: first_naming()
MATCH (a:Name)-[:NAMES]->(:User) RETURN a.id AS id LIMIT 1
