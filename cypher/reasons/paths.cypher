// The paths that reasons tell of, to be drawn in Neo4j Browser: an answer brings the text and its
// parameters. Each starts at a node of its own, and names nothing that the reason does not.

// name: path_similar(user_id: string, known_id: string, post_id: string)
MATCH way = (u:User {id: $user_id})-[:VIEWED|LIKED|INSPIRED|RATED|REACTED|COMMENTED|SHARED]->(k:Post {id: $known_id})-[:SIMILAR]->(p:Post {id: $post_id})
RETURN way

// name: path_interests(user_id: string, tag_id: string, post_id: string)
MATCH way = (u:User {id: $user_id})-[:INTERESTED_IN]->(t:Tag {id: $tag_id})<-[:TAGGED]-(p:Post {id: $post_id})
RETURN way

// name: path_friends(user_id: string, friend_id: string, post_id: string)
MATCH way = (u:User {id: $user_id})-[:FRIEND]-(f:User {id: $friend_id})-[:AUTHORED]->(p:Post {id: $post_id})
RETURN way

// name: path_friends_engaged(user_id: string, friend_id: string, post_id: string)
MATCH way = (u:User {id: $user_id})-[:FRIEND]-(f:User {id: $friend_id})-[:LIKED|INSPIRED|REACTED|SHARED]->(p:Post {id: $post_id})
RETURN way

// name: path_friends_of_friends(user_id: string, friend_id: string, person_id: string, post_id: string)
MATCH way = (u:User {id: $user_id})-[:FRIEND]-(f:User {id: $friend_id})-[:FRIEND]-(g:User {id: $person_id})-[:AUTHORED|LIKED|INSPIRED|REACTED|SHARED]->(p:Post {id: $post_id})
RETURN way

// name: path_groups(user_id: string, group_id: string, post_id: string)
MATCH way = (u:User {id: $user_id})-[:MEMBER_OF]->(g:`Group` {id: $group_id})<-[:POSTED_IN]-(p:Post {id: $post_id})
RETURN way

// name: path_mood(mood_id: string, post_id: string)
MATCH way = (m:Mood {id: $mood_id})-[:TOP]->(p:Post {id: $post_id})
RETURN way

// name: path_tag(tag_id: string, post_id: string)
MATCH way = (t:Tag {id: $tag_id})<-[:TAGGED]-(p:Post {id: $post_id})
RETURN way

// name: path_category(category_id: string, post_id: string)
MATCH way = (c:Category {id: $category_id})<-[:IN_CATEGORY]-(p:Post {id: $post_id})
RETURN way

// name: path_project(topic_id: string, post_id: string)
MATCH way = (t:Topic {id: $topic_id})<-[:ABOUT]-(p:Post {id: $post_id})
RETURN way

// name: path_chart(chart_id: string, post_id: string)
MATCH way = (c:Chart {id: $chart_id})-[:TOP]->(p:Post {id: $post_id})
RETURN way

// name: path_mutual_friends(user_id: string, friend_id: string, person_id: string)
MATCH way = (u:User {id: $user_id})-[:FRIEND]-(f:User {id: $friend_id})-[:FRIEND]-(p:User {id: $person_id})
RETURN way

// name: path_shared_interests(user_id: string, tag_id: string, person_id: string)
MATCH way = (u:User {id: $user_id})-[:INTERESTED_IN]->(t:Tag {id: $tag_id})<-[:INTERESTED_IN]-(p:User {id: $person_id})
RETURN way

// name: path_shared_groups(user_id: string, group_id: string, person_id: string)
MATCH way = (u:User {id: $user_id})-[:MEMBER_OF]->(g:`Group` {id: $group_id})<-[:MEMBER_OF]-(p:User {id: $person_id})
RETURN way

// name: path_authors(user_id: string, tag_id: string, post_id: string, person_id: string)
MATCH way = (u:User {id: $user_id})-[:INTERESTED_IN]->(t:Tag {id: $tag_id})<-[:TAGGED]-(p:Post {id: $post_id})<-[:AUTHORED]-(a:User {id: $person_id})
RETURN way

// name: path_popular_authors(chart_id: string, post_id: string, person_id: string)
MATCH way = (c:Chart {id: $chart_id})-[:TOP]->(p:Post {id: $post_id})<-[:AUTHORED]-(a:User {id: $person_id})
RETURN way
