// Where a feed's posts come from: what stands around one node, a list a query. A look-up like these
// is quick on Ladybug, whatever the graph's size, and serves other requests too, so that longer ways
// (friends of friends) are put together from them in the feed.
// Limits are written out: Ladybug 0.22 plans a text with `LIMIT $parameter` anew each time.
// A derived edge without a score is one that Neo4j is deleting at this moment (its readers are not
// isolated from commits): worth nothing any more.

// name: friends_of(user_id: string)
// Friends, in no order.
MATCH (u:User {id: $user_id})-[:FRIEND]-(f:User)
RETURN f.id AS user_id
LIMIT 1000

// name: engaged_by(user_id: string)
// What the user did anything with, a row a signal, in no order: sorting would take longer
// than the rest. Who has more rows than the limit is asked for by `engaged_lately`.
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN p.id AS post_id, coalesce(e.at, 0) AS at
LIMIT 2001

// name: engaged_lately(user_id: string)
// The latest of what the user did anything with, a row a signal.
MATCH (u:User {id: $user_id})-[e:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(p:Post)
RETURN p.id AS post_id, coalesce(e.at, 0) AS at
ORDER BY at DESC, post_id
LIMIT 2000

// name: written_by(user_id: string)
// The user's newest posts for friends, and the newest for everybody; each once, in no order. What
// nobody else may see is none of them, nor what stands in a group, which its members find there
// (`posted_in`); and what is for friends takes no place of what strangers see: a list that ends
// sooner for what is hidden tells of it. WITH, because Ladybug 0.22 scans all posts for what a WHERE
// right behind the step asks of them; and 1, because it orders wrongly what a truth by itself lets
// through.
MATCH (u:User {id: $user_id})-[:AUTHORED]->(p:Post)
WITH p.id AS post_id, coalesce(p.created_at, 0) AS at,
    CASE WHEN coalesce(p.privacy, 'public') IN ['public', 'friends'] AND coalesce(p.available, true)
        AND NOT coalesce(p.deleted, false) AND p.group_id IS NULL THEN 1 ELSE 0 END AS told
WHERE told = 1
RETURN post_id, at
ORDER BY at DESC, post_id
LIMIT 50
UNION
MATCH (u:User {id: $user_id})-[:AUTHORED]->(p:Post)
WITH p.id AS post_id, coalesce(p.created_at, 0) AS at,
    CASE WHEN coalesce(p.privacy, 'public') = 'public' AND coalesce(p.available, true)
        AND NOT coalesce(p.deleted, false) AND p.group_id IS NULL THEN 1 ELSE 0 END AS told
WHERE told = 1
RETURN post_id, at
ORDER BY at DESC, post_id
LIMIT 50

// name: posted_in(group_id: string)
// The group's newest posts: before all others those that every member may see, so that what few or
// none may see takes nobody's place. OPTIONAL, because Ladybug 0.22 plans a plain step over a table
// that is empty as a scan of its other end.
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[:POSTED_IN]-(p:Post)
OPTIONAL MATCH (p)<-[:AUTHORED]-(u:User)
WITH p.id AS post_id, coalesce(p.created_at, 0) AS at,
    min(CASE WHEN coalesce(p.privacy, 'public') = 'public' AND coalesce(p.available, true)
        AND NOT coalesce(p.deleted, false) AND coalesce(u.privacy, 'public') = 'public'
        AND coalesce(u.active, true) THEN 1 ELSE 0 END) AS open
WHERE post_id IS NOT NULL
WITH post_id, at, open
ORDER BY open DESC, at DESC, post_id
LIMIT 100
RETURN post_id, at
ORDER BY at DESC, post_id

// name: similar_posts(post_id: string)
// Posts that the same people engage with, in no order; derived, and bounded there.
MATCH (q:Post {id: $post_id})-[r:SIMILAR]->(p:Post)
RETURN p.id AS post_id, coalesce(r.score, 0.0) AS score

// name: engagers(post_id: string)
// A few of those who did anything with the post: whether they are few enough to be known. All of
// them, where they are fewer.
MATCH (p:Post {id: $post_id})<-[:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]-(u:User)
WITH DISTINCT u
LIMIT 5
RETURN u.id AS user_id

// name: by_tag(tag_id: string)
MATCH (t:Tag {id: $tag_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT 200

// name: by_category(category_id: string)
MATCH (c:Category {id: $category_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT 200

// name: by_topic(topic_id: string)
MATCH (t:Topic {id: $topic_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT 200

// name: by_mood(mood_id: string)
MATCH (m:Mood {id: $mood_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT 200

// name: by_chart(chart_id: string)
// A chart of the whole graph: popular (with decay), recent, or project:CODE.
MATCH (c:Chart {id: $chart_id})-[r:TOP]->(p:Post)
RETURN p.id AS post_id, coalesce(r.score, 0.0) AS score
ORDER BY score DESC, post_id
LIMIT 200

// name: responded_to(user_id: string)
// What the user openly responded to, in no order: a view or a rating is nobody else's business, and a
// comment is for whom may see all that it hangs under, which COMMENTED does not tell.
// Asked before a reason names anybody, so that it tells what is true now.
MATCH (u:User {id: $user_id})-[:LIKED|INSPIRED|REACTED|SHARED]->(p:Post)
RETURN p.id AS post_id
LIMIT 2000
