// One step over all these tables at once, as in people.cypher.

// name: between(user_id: string, other_id: string)
MATCH (u:User {id: $user_id})-[e:FRIEND|ASKED|BLOCKS|MUTES]->(o:User {id: $other_id})
RETURN label(e) AS edge, true AS mine, CASE label(e) WHEN 'FRIEND' THEN e.since ELSE e.at END AS at
UNION ALL
MATCH (o:User {id: $other_id})-[e:FRIEND|ASKED|BLOCKS]->(u:User {id: $user_id})
RETURN label(e) AS edge, false AS mine, CASE label(e) WHEN 'FRIEND' THEN e.since ELSE e.at END AS at
