// The first load of a kind: a bulk copy into a table that has no rows yet. Columns are those of the
// load query of the same name, in its order.

// name: copy_users(rows: table)
COPY User(id, username, joined_at, privacy, active, details) FROM $rows

// name: copy_posts(rows: table)
COPY Post(id, title, text, url, created_at, privacy, available, deleted, details, author_id, tags, category_id, topic_id, group_id, project_code, shares_id) FROM $rows

// name: copy_tags(rows: table)
COPY Tag(id, name) FROM $rows

// name: copy_categories(rows: table)
COPY Category(id, name, details) FROM $rows

// name: copy_moods(rows: table)
COPY Mood(id, name) FROM $rows

// name: copy_topics(rows: table)
COPY Topic(id, name, project_code, details) FROM $rows

// name: copy_groups(rows: table)
COPY `Group`(id, name, privacy, description, joining, created_at, deleted) FROM $rows

// name: copy_events(rows: table)
COPY Event(id, name, privacy, description, at, until, place, created_at, cancelled, host_id, group_id) FROM $rows

// name: copy_words(rows: table)
COPY Word(id) FROM $rows

// name: copy_comments(rows: table)
COPY Comment(id, text, created_at, edited_at, deleted) FROM $rows

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

// name: copy_mutes_words(rows: table)
COPY MUTES FROM $rows (from='User', to='Word')

// name: copy_member_of(rows: table)
COPY MEMBER_OF FROM $rows (from='User', to='Group')

// name: copy_feels(rows: table)
COPY FEELS FROM $rows (from='User', to='Mood')

// name: copy_asked_to_join(rows: table)
COPY ASKED_TO_JOIN FROM $rows (from='User', to='Group')

// name: copy_invited_to(rows: table)
COPY INVITED_TO FROM $rows (from='User', to='Group')

// name: copy_attends(rows: table)
COPY ATTENDS FROM $rows (from='User', to='Event')

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

// name: copy_wrote(rows: table)
COPY WROTE FROM $rows (from='User', to='Comment')

// name: copy_comment_on(rows: table)
COPY `ON` FROM $rows (from='Comment', to='Post')

// name: copy_answers(rows: table)
COPY ANSWERS FROM $rows (from='Comment', to='Comment')

// name: copy_naming(rows: table)
COPY NAMES FROM $rows (from='Name', to='User')

// Whether a kind has any rows: a first load copies in bulk, a later one merges.
