// One step over all these tables at once, as in people.cypher; but one that reads a text which some
// lack is taken apart, as in responses.cypher.

// name: standing_in(user_id: string, group_id: string)
MATCH (u:User {id: $user_id})-[e:ASKED_TO_JOIN|INVITED_TO]->(g:`Group` {id: $group_id})
RETURN label(e) AS edge, CAST(NULL AS STRING) AS role, e.at AS at
UNION ALL
MATCH (u:User {id: $user_id})-[e:MEMBER_OF]->(g:`Group` {id: $group_id})
RETURN label(e) AS edge, e.role AS role, CAST(NULL AS INT64) AS at

// name: everybody_in(group_id: string)
MATCH (g:`Group` {id: $group_id})
OPTIONAL MATCH (g)<-[e:MEMBER_OF|ASKED_TO_JOIN|INVITED_TO]-(u:User)
WITH label(e) AS edge, u.id AS user_id
WHERE user_id IS NOT NULL
RETURN edge, user_id
