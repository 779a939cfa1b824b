// Whole edge tables, a row for each node and all that starts from it: a row for each edge takes ten
// times as long over Bolt. Nodes without such edges have an empty list.

// name: list_authored()
MATCH (a:User)
RETURN a.id AS source, [(a)-[:AUTHORED]->(b:Post) | [b.id]] AS edges

// name: list_tagged()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[e:TAGGED]->(b:Tag) | [b.id, e.weight]] AS edges

// name: list_in_category()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[:IN_CATEGORY]->(b:Category) | [b.id]] AS edges

// name: list_evokes()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[e:EVOKES]->(b:Mood) | [b.id, e.weight]] AS edges

// name: list_about()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[:ABOUT]->(b:Topic) | [b.id]] AS edges

// name: list_posted_in()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[:POSTED_IN]->(b:`Group`) | [b.id]] AS edges

// name: list_shares()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[:SHARES]->(b:Post) | [b.id]] AS edges

// name: list_interested_in()
MATCH (a:User)
RETURN a.id AS source, [(a)-[:INTERESTED_IN]->(b:Tag) | [b.id]] AS edges

// name: list_friend()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:FRIEND]->(b:User) | [b.id, e.since]] AS edges

// name: list_asked()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:ASKED]->(b:User) | [b.id, e.at]] AS edges

// name: list_blocks()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:BLOCKS]->(b:User) | [b.id, e.at]] AS edges

// name: list_mutes()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:MUTES]->(b:User) | [b.id, e.at]] AS edges

// name: list_mutes_tags()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:MUTES]->(b:Tag) | [b.id, e.at]] AS edges

// name: list_mutes_words()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:MUTES]->(b:Word) | [b.id, e.at]] AS edges

// name: list_member_of()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:MEMBER_OF]->(b:`Group`) | [b.id, e.role]] AS edges

// name: list_feels()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:FEELS]->(b:Mood) | [b.id, e.at]] AS edges

// name: list_asked_to_join()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:ASKED_TO_JOIN]->(b:`Group`) | [b.id, e.at]] AS edges

// name: list_invited_to()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:INVITED_TO]->(b:`Group`) | [b.id, e.at]] AS edges

// name: list_attends()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:ATTENDS]->(b:Event) | [b.id, e.role]] AS edges

// name: list_viewed()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:VIEWED]->(b:Post) | [b.id, e.at, e.times]] AS edges

// name: list_liked()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:LIKED]->(b:Post) | [b.id, e.at]] AS edges

// name: list_inspired()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:INSPIRED]->(b:Post) | [b.id, e.at, e.times]] AS edges

// name: list_rated()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:RATED]->(b:Post) | [b.id, e.at, e.percent]] AS edges

// name: list_reacted()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:REACTED]->(b:Post) | [b.id, e.at, e.kind]] AS edges

// name: list_commented()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:COMMENTED]->(b:Post) | [b.id, e.at, e.times]] AS edges

// name: list_shared()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:SHARED]->(b:Post) | [b.id, e.at]] AS edges

// name: list_hid()
MATCH (a:User)
RETURN a.id AS source, [(a)-[e:HID]->(b:Post) | [b.id, e.at]] AS edges

// name: list_wrote()
MATCH (a:User)
RETURN a.id AS source, [(a)-[:WROTE]->(b:`Comment`) | [b.id]] AS edges

// name: list_comment_on()
MATCH (a:`Comment`)
RETURN a.id AS source, [(a)-[:`ON`]->(b:Post) | [b.id]] AS edges

// name: list_answers()
MATCH (a:`Comment`)
RETURN a.id AS source, [(a)-[:ANSWERS]->(b:`Comment`) | [b.id]] AS edges

// name: list_naming()
MATCH (a:Name)
RETURN a.id AS source, [(a)-[:NAMES]->(b:User) | [b.id]] AS edges

// name: list_similar()
MATCH (a:Post)
RETURN a.id AS source, [(a)-[r:SIMILAR]->(b:Post) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_near()
MATCH (a:User)
RETURN a.id AS source, [(a)-[r:NEAR]->(b:User) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_top_tag()
MATCH (a:Tag)
RETURN a.id AS source, [(a)-[r:TOP]->(b:Post) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_top_category()
MATCH (a:Category)
RETURN a.id AS source, [(a)-[r:TOP]->(b:Post) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_top_topic()
MATCH (a:Topic)
RETURN a.id AS source, [(a)-[r:TOP]->(b:Post) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_top_mood()
MATCH (a:Mood)
RETURN a.id AS source, [(a)-[r:TOP]->(b:Post) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_top_chart()
MATCH (a:Chart)
RETURN a.id AS source, [(a)-[r:TOP]->(b:Post) | [b.id, coalesce(r.score, 0.0)]] AS edges

// name: list_written()
MATCH (a:User)
RETURN a.id AS source, [(a)-[:AUTHORED]->(b:Post)
    WHERE coalesce(b.privacy, 'public') IN ['public', 'friends'] AND coalesce(b.available, true)
        AND NOT coalesce(b.deleted, false) AND b.group_id IS NULL
    | [b.id, coalesce(b.created_at, 0),
        CASE WHEN coalesce(b.privacy, 'public') = 'public' THEN 1 ELSE 0 END]] AS edges

// name: list_posted()
MATCH (a:`Group`)
RETURN a.id AS source, [(a)<-[:POSTED_IN]-(b:Post) | [b.id, coalesce(b.created_at, 0),
    CASE WHEN coalesce(b.privacy, 'public') = 'public' AND coalesce(b.available, true)
        AND NOT coalesce(b.deleted, false) AND NOT EXISTS {
            MATCH (b)<-[:AUTHORED]-(u:User)
            WHERE coalesce(u.privacy, 'public') <> 'public' OR NOT coalesce(u.active, true)
        } THEN 1 ELSE 0 END]] AS edges
