// The full rebuild of a derived table: fill a new one beside it, then drop and rename in one
// transaction (reference: readers wait 14 ms at most and see the old table, then the new).

// name: stage_top()
CREATE REL TABLE TOP_NEXT(FROM Tag TO Post, FROM Category TO Post, FROM Mood TO Post, FROM Topic TO Post, FROM Chart TO Post, score DOUBLE, rank INT64) WITH (storage_direction='fwd')

// name: unstage_top()
// What a run that was cut off left behind.
DROP TABLE IF EXISTS TOP_NEXT

// name: drop_top()
DROP TABLE TOP

// name: swap_top()
ALTER TABLE TOP_NEXT RENAME TO TOP

// name: stage_similar()
CREATE REL TABLE SIMILAR_NEXT(FROM Post TO Post, score DOUBLE, rank INT64) WITH (storage_direction='fwd')

// name: unstage_similar()
// What a run that was cut off left behind.
DROP TABLE IF EXISTS SIMILAR_NEXT

// name: drop_similar()
DROP TABLE SIMILAR

// name: swap_similar()
ALTER TABLE SIMILAR_NEXT RENAME TO SIMILAR

// name: stage_near()
CREATE REL TABLE NEAR_NEXT(FROM User TO User, score DOUBLE, rank INT64) WITH (storage_direction='fwd')

// name: unstage_near()
// What a run that was cut off left behind.
DROP TABLE IF EXISTS NEAR_NEXT

// name: drop_near()
DROP TABLE NEAR

// name: swap_near()
ALTER TABLE NEAR_NEXT RENAME TO NEAR

// name: copy_top_tag(rows: table)
COPY TOP_NEXT FROM $rows (from='Tag', to='Post')

// name: copy_top_category(rows: table)
COPY TOP_NEXT FROM $rows (from='Category', to='Post')

// name: copy_top_mood(rows: table)
COPY TOP_NEXT FROM $rows (from='Mood', to='Post')

// name: copy_top_topic(rows: table)
COPY TOP_NEXT FROM $rows (from='Topic', to='Post')

// name: copy_top_chart(rows: table)
COPY TOP_NEXT FROM $rows (from='Chart', to='Post')

// name: copy_similar_post(rows: table)
COPY SIMILAR_NEXT FROM $rows

// name: copy_near_user(rows: table)
COPY NEAR_NEXT FROM $rows
