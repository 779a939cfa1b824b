// What a transaction begins with that decides by what it reads: nobody else changes these nodes, or
// decides by them, until it ends. The embedded engine has one writer anyway, so there it is a look-up.

// name: hold_people(user_ids: strings)
// Those of the people who are there, in no order.
UNWIND $user_ids AS user_id
MATCH (u:User {id: user_id})
RETURN u.id AS id

// name: hold_posts(post_ids: strings)
// Those of the posts that are there, in no order.
UNWIND $post_ids AS post_id
MATCH (p:Post {id: post_id})
RETURN p.id AS id
