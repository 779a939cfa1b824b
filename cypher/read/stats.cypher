// How much of everything there is; whole tables are counted, so never for a viewer.

// name: stats()
// One row a kind, by the name of its file; in no order. No two kinds of one type lead to the same
// label, so the label of the end is enough; Neo4j knows these numbers, and would walk every edge
// to see both labels.
MATCH (n:User) WITH count(n) AS rows RETURN 'users' AS kind, rows
UNION ALL
MATCH (n:Post) WITH count(n) AS rows RETURN 'posts' AS kind, rows
UNION ALL
MATCH (n:Tag) WITH count(n) AS rows RETURN 'tags' AS kind, rows
UNION ALL
MATCH (n:Category) WITH count(n) AS rows RETURN 'categories' AS kind, rows
UNION ALL
MATCH (n:Mood) WITH count(n) AS rows RETURN 'moods' AS kind, rows
UNION ALL
MATCH (n:Topic) WITH count(n) AS rows RETURN 'topics' AS kind, rows
UNION ALL
MATCH (n:`Group`) WITH count(n) AS rows RETURN 'groups' AS kind, rows
UNION ALL
MATCH (n:Event) WITH count(n) AS rows RETURN 'events' AS kind, rows
UNION ALL
MATCH (n:Word) WITH count(n) AS rows RETURN 'words' AS kind, rows
UNION ALL
MATCH (n:`Comment`) WITH count(n) AS rows RETURN 'comments' AS kind, rows
UNION ALL
MATCH ()-[e:AUTHORED]->(:Post) WITH count(e) AS rows RETURN 'authored' AS kind, rows
UNION ALL
MATCH ()-[e:TAGGED]->(:Tag) WITH count(e) AS rows RETURN 'tagged' AS kind, rows
UNION ALL
MATCH ()-[e:IN_CATEGORY]->(:Category) WITH count(e) AS rows RETURN 'in_category' AS kind, rows
UNION ALL
MATCH ()-[e:EVOKES]->(:Mood) WITH count(e) AS rows RETURN 'evokes' AS kind, rows
UNION ALL
MATCH ()-[e:ABOUT]->(:Topic) WITH count(e) AS rows RETURN 'about' AS kind, rows
UNION ALL
MATCH ()-[e:POSTED_IN]->(:`Group`) WITH count(e) AS rows RETURN 'posted_in' AS kind, rows
UNION ALL
MATCH ()-[e:SHARES]->(:Post) WITH count(e) AS rows RETURN 'shares' AS kind, rows
UNION ALL
MATCH ()-[e:INTERESTED_IN]->(:Tag) WITH count(e) AS rows RETURN 'interested_in' AS kind, rows
UNION ALL
MATCH ()-[e:FRIEND]->(:User) WITH count(e) AS rows RETURN 'friend' AS kind, rows
UNION ALL
MATCH ()-[e:ASKED]->(:User) WITH count(e) AS rows RETURN 'asked' AS kind, rows
UNION ALL
MATCH ()-[e:BLOCKS]->(:User) WITH count(e) AS rows RETURN 'blocks' AS kind, rows
UNION ALL
MATCH ()-[e:MUTES]->(:User) WITH count(e) AS rows RETURN 'mutes' AS kind, rows
UNION ALL
MATCH ()-[e:MUTES]->(:Tag) WITH count(e) AS rows RETURN 'mutes_tags' AS kind, rows
UNION ALL
MATCH ()-[e:MUTES]->(:Word) WITH count(e) AS rows RETURN 'mutes_words' AS kind, rows
UNION ALL
MATCH ()-[e:MEMBER_OF]->(:`Group`) WITH count(e) AS rows RETURN 'member_of' AS kind, rows
UNION ALL
MATCH ()-[e:FEELS]->(:Mood) WITH count(e) AS rows RETURN 'feels' AS kind, rows
UNION ALL
MATCH ()-[e:ASKED_TO_JOIN]->(:`Group`) WITH count(e) AS rows RETURN 'asked_to_join' AS kind, rows
UNION ALL
MATCH ()-[e:INVITED_TO]->(:`Group`) WITH count(e) AS rows RETURN 'invited_to' AS kind, rows
UNION ALL
MATCH ()-[e:ATTENDS]->(:Event) WITH count(e) AS rows RETURN 'attends' AS kind, rows
UNION ALL
MATCH ()-[e:VIEWED]->(:Post) WITH count(e) AS rows RETURN 'viewed' AS kind, rows
UNION ALL
MATCH ()-[e:LIKED]->(:Post) WITH count(e) AS rows RETURN 'liked' AS kind, rows
UNION ALL
MATCH ()-[e:INSPIRED]->(:Post) WITH count(e) AS rows RETURN 'inspired' AS kind, rows
UNION ALL
MATCH ()-[e:RATED]->(:Post) WITH count(e) AS rows RETURN 'rated' AS kind, rows
UNION ALL
MATCH ()-[e:REACTED]->(:Post) WITH count(e) AS rows RETURN 'reacted' AS kind, rows
UNION ALL
MATCH ()-[e:COMMENTED]->(:Post) WITH count(e) AS rows RETURN 'commented' AS kind, rows
UNION ALL
MATCH ()-[e:SHARED]->(:Post) WITH count(e) AS rows RETURN 'shared' AS kind, rows
UNION ALL
MATCH ()-[e:HID]->(:Post) WITH count(e) AS rows RETURN 'hid' AS kind, rows
UNION ALL
MATCH ()-[e:WROTE]->(:`Comment`) WITH count(e) AS rows RETURN 'wrote' AS kind, rows
UNION ALL
MATCH ()-[e:`ON`]->(:Post) WITH count(e) AS rows RETURN 'comment_on' AS kind, rows
UNION ALL
MATCH ()-[e:ANSWERS]->(:`Comment`) WITH count(e) AS rows RETURN 'answers' AS kind, rows
UNION ALL
MATCH ()-[e:TOP]->(:Post) WITH count(e) AS rows RETURN 'top' AS kind, rows
UNION ALL
MATCH ()-[e:SIMILAR]->(:Post) WITH count(e) AS rows RETURN 'similar' AS kind, rows
UNION ALL
MATCH ()-[e:NEAR]->(:User) WITH count(e) AS rows RETURN 'near' AS kind, rows
