// One step over all these tables at once is planned as a look-up, even where some are empty, and takes
// a fraction of the time of a step a table.

// name: viewer_context(user_id: string)
MATCH (u:User {id: $user_id})-[e:FRIEND|BLOCKS|MUTES|MEMBER_OF|INTERESTED_IN|HID]->(b)
RETURN label(e) AS edge, label(b) AS label, b.id AS id
UNION ALL
MATCH (u:User {id: $user_id})<-[e:FRIEND|BLOCKS]-(b:User)
RETURN label(e) AS edge, label(b) AS label, b.id AS id
