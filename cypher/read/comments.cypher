// Comments on a post and the answers to them, read live. OPTIONAL and the written-out limits: see
// friendships.cypher. A comment that is deleted and has no answers hangs on no post any more.
// Lists pass over comments of people whom their viewer may not see ($blocks of either direction): else
// somebody who hides could fill all that is read. A deleted comment is its author's all the same, and
// of nobody once they left. The gate decides all the same of what the lists give.

// name: comment(comment_id: string)
// The comment, who wrote it, on which post, and which comment it answers.
MATCH (c:`Comment` {id: $comment_id})
OPTIONAL MATCH (c)<-[:WROTE]-(u:User)
OPTIONAL MATCH (c)-[:`ON`]->(p:Post)
OPTIONAL MATCH (c)-[:ANSWERS]->(a:`Comment`)
RETURN c.id AS comment_id, c.text AS text, coalesce(c.created_at, 0) AS at,
    c.edited_at AS edited_at, coalesce(c.deleted, false) AS deleted, u.id AS author_id,
    p.id AS post_id, a.id AS answers_id

// name: comment_marks(comment_ids: strings)
// Whether these comments are deleted, in no order; ids that are not there drop out.
UNWIND $comment_ids AS comment_id
MATCH (c:`Comment` {id: comment_id})
RETURN c.id AS comment_id, coalesce(c.deleted, false) AS deleted

// name: comments_after(post_id: string, at: int, id: string, viewer_id: string, friends: strings, blocks: strings)
// The post's comments that answer no other, the latest first; ties by id; a page of them.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:`ON`]-(c:`Comment`)
OPTIONAL MATCH (c)<-[:WROTE]-(u:User)
OPTIONAL MATCH (c)-[:ANSWERS]->(a:`Comment`)
WITH c.id AS comment_id, c.text AS text, coalesce(c.created_at, 0) AS at,
    c.edited_at AS edited_at, coalesce(c.deleted, false) AS deleted, u.id AS author_id,
    coalesce(u.privacy, 'public') AS privacy, coalesce(u.active, true) AS active,
    p.id AS post_id, a.id AS answers_id
WHERE comment_id IS NOT NULL AND answers_id IS NULL
    AND ((deleted AND author_id IS NULL) OR (NOT author_id IN $blocks AND active AND (
        privacy = 'public' OR author_id = $viewer_id
        OR (privacy = 'friends' AND author_id IN $friends))))
    AND (at < $at OR (at = $at AND comment_id > $id))
RETURN comment_id, text, at, edited_at, deleted, author_id, post_id, answers_id
ORDER BY at DESC, comment_id
LIMIT 100

// name: answers_after(comment_id: string, at: int, id: string, viewer_id: string, friends: strings, blocks: strings)
// The answers to the comment, likewise.
MATCH (a:`Comment` {id: $comment_id})
OPTIONAL MATCH (a)<-[:ANSWERS]-(c:`Comment`)
OPTIONAL MATCH (c)<-[:WROTE]-(u:User)
OPTIONAL MATCH (c)-[:`ON`]->(p:Post)
WITH c.id AS comment_id, c.text AS text, coalesce(c.created_at, 0) AS at,
    c.edited_at AS edited_at, coalesce(c.deleted, false) AS deleted, u.id AS author_id,
    coalesce(u.privacy, 'public') AS privacy, coalesce(u.active, true) AS active,
    p.id AS post_id, a.id AS answers_id
WHERE comment_id IS NOT NULL
    AND ((deleted AND author_id IS NULL) OR (NOT author_id IN $blocks AND active AND (
        privacy = 'public' OR author_id = $viewer_id
        OR (privacy = 'friends' AND author_id IN $friends))))
    AND (at < $at OR (at = $at AND comment_id > $id))
RETURN comment_id, text, at, edited_at, deleted, author_id, post_id, answers_id
ORDER BY at DESC, comment_id
LIMIT 100

// name: answered(comment_id: string)
// An answer to the comment; no row: there is none.
MATCH (a:`Comment` {id: $comment_id})
OPTIONAL MATCH (a)<-[:ANSWERS]-(c:`Comment`)
WITH c.id AS comment_id
WHERE comment_id IS NOT NULL
RETURN comment_id
LIMIT 1

// name: answers_below(comment_ids: strings, viewer_id: string, friends: strings, blocks: strings)
// Who answers these comments, in no order: of each author one row for all that stands, and one for
// each deleted answer. No limit: else many could hide the one that the viewer may see.
UNWIND $comment_ids AS answers_id
MATCH (a:`Comment` {id: answers_id})
OPTIONAL MATCH (a)<-[:ANSWERS]-(c:`Comment`)
OPTIONAL MATCH (c)<-[:WROTE]-(u:User)
WITH answers_id, c.id AS comment_id, coalesce(c.deleted, false) AS deleted, u.id AS author_id,
    coalesce(u.privacy, 'public') AS privacy, coalesce(u.active, true) AS active
WHERE comment_id IS NOT NULL
    AND ((deleted AND author_id IS NULL) OR (NOT author_id IN $blocks AND active AND (
        privacy = 'public' OR author_id = $viewer_id
        OR (privacy = 'friends' AND author_id IN $friends))))
RETURN DISTINCT CASE WHEN deleted THEN comment_id ELSE '' END AS comment_id, deleted, author_id,
    answers_id

// name: written_under(post_id: string)
// All of the post's comments with who wrote each and which it answers, in no order; of more than a
// thousand some.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:`ON`]-(c:`Comment`)
OPTIONAL MATCH (c)<-[:WROTE]-(u:User)
OPTIONAL MATCH (c)-[:ANSWERS]->(a:`Comment`)
WITH c.id AS comment_id, coalesce(c.deleted, false) AS deleted, u.id AS author_id,
    a.id AS answers_id
WHERE comment_id IS NOT NULL
RETURN comment_id, deleted, author_id, answers_id
LIMIT 1000

// name: commenters(post_id: string, viewer_id: string, friends: strings, blocks: strings)
// The post's comments with who wrote each and which it answers, in no order; of more than a thousand
// some.
MATCH (p:Post {id: $post_id})
OPTIONAL MATCH (p)<-[:`ON`]-(c:`Comment`)
OPTIONAL MATCH (c)<-[:WROTE]-(u:User)
OPTIONAL MATCH (c)-[:ANSWERS]->(a:`Comment`)
WITH c.id AS comment_id, coalesce(c.deleted, false) AS deleted, u.id AS author_id,
    coalesce(u.privacy, 'public') AS privacy, coalesce(u.active, true) AS active,
    a.id AS answers_id
WHERE comment_id IS NOT NULL
    AND ((deleted AND author_id IS NULL) OR (NOT author_id IN $blocks AND active AND (
        privacy = 'public' OR author_id = $viewer_id
        OR (privacy = 'friends' AND author_id IN $friends))))
RETURN comment_id, deleted, author_id, answers_id
LIMIT 1000
