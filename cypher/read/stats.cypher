// How much of everything there is; whole tables are counted, so never for a viewer.

// name: stats()
// One row a kind, by the name of its file; in no order.
MATCH (n:User) RETURN 'users' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Post) RETURN 'posts' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Tag) RETURN 'tags' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Category) RETURN 'categories' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Mood) RETURN 'moods' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Topic) RETURN 'topics' AS kind, count(n) AS rows
UNION ALL
MATCH (n:`Group`) RETURN 'groups' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Event) RETURN 'events' AS kind, count(n) AS rows
UNION ALL
MATCH (n:Word) RETURN 'words' AS kind, count(n) AS rows
UNION ALL
MATCH (n:`Comment`) RETURN 'comments' AS kind, count(n) AS rows
UNION ALL
MATCH (a:User)-[e:AUTHORED]->(b:Post) RETURN 'authored' AS kind, count(e) AS rows
UNION ALL
MATCH (a:Post)-[e:TAGGED]->(b:Tag) RETURN 'tagged' AS kind, count(e) AS rows
UNION ALL
MATCH (a:Post)-[e:IN_CATEGORY]->(b:Category) RETURN 'in_category' AS kind, count(e) AS rows
UNION ALL
MATCH (a:Post)-[e:EVOKES]->(b:Mood) RETURN 'evokes' AS kind, count(e) AS rows
UNION ALL
MATCH (a:Post)-[e:ABOUT]->(b:Topic) RETURN 'about' AS kind, count(e) AS rows
UNION ALL
MATCH (a:Post)-[e:POSTED_IN]->(b:`Group`) RETURN 'posted_in' AS kind, count(e) AS rows
UNION ALL
MATCH (a:Post)-[e:SHARES]->(b:Post) RETURN 'shares' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:INTERESTED_IN]->(b:Tag) RETURN 'interested_in' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:FRIEND]->(b:User) RETURN 'friend' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:ASKED]->(b:User) RETURN 'asked' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:BLOCKS]->(b:User) RETURN 'blocks' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:MUTES]->(b:User) RETURN 'mutes' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:MUTES]->(b:Tag) RETURN 'mutes_tags' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:MUTES]->(b:Word) RETURN 'mutes_words' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:MEMBER_OF]->(b:`Group`) RETURN 'member_of' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:FEELS]->(b:Mood) RETURN 'feels' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:ASKED_TO_JOIN]->(b:`Group`) RETURN 'asked_to_join' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:INVITED_TO]->(b:`Group`) RETURN 'invited_to' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:ATTENDS]->(b:Event) RETURN 'attends' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:VIEWED]->(b:Post) RETURN 'viewed' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:LIKED]->(b:Post) RETURN 'liked' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:INSPIRED]->(b:Post) RETURN 'inspired' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:RATED]->(b:Post) RETURN 'rated' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:REACTED]->(b:Post) RETURN 'reacted' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:COMMENTED]->(b:Post) RETURN 'commented' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:SHARED]->(b:Post) RETURN 'shared' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:HID]->(b:Post) RETURN 'hid' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:WROTE]->(b:`Comment`) RETURN 'wrote' AS kind, count(e) AS rows
UNION ALL
MATCH (a:`Comment`)-[e:`ON`]->(b:Post) RETURN 'comment_on' AS kind, count(e) AS rows
UNION ALL
MATCH (a:`Comment`)-[e:ANSWERS]->(b:`Comment`) RETURN 'answers' AS kind, count(e) AS rows
UNION ALL
MATCH (a)-[e:TOP]->(b:Post) RETURN 'top' AS kind, count(e) AS rows
UNION ALL
MATCH (a)-[e:SIMILAR]->(b:Post) RETURN 'similar' AS kind, count(e) AS rows
UNION ALL
MATCH (a:User)-[e:NEAR]->(b:User) RETURN 'near' AS kind, count(e) AS rows
