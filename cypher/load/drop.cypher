// Edges that a source took back. Each starts at its two ends, one edge a call.

// name: drop_authored(source: string, target: string)
MATCH (a:User {id: $source})-[e:AUTHORED]->(b:Post {id: $target})
DELETE e

// name: drop_tagged(source: string, target: string)
MATCH (a:Post {id: $source})-[e:TAGGED]->(b:Tag {id: $target})
DELETE e

// name: drop_in_category(source: string, target: string)
MATCH (a:Post {id: $source})-[e:IN_CATEGORY]->(b:Category {id: $target})
DELETE e

// name: drop_evokes(source: string, target: string)
MATCH (a:Post {id: $source})-[e:EVOKES]->(b:Mood {id: $target})
DELETE e

// name: drop_about(source: string, target: string)
MATCH (a:Post {id: $source})-[e:ABOUT]->(b:Topic {id: $target})
DELETE e

// name: drop_posted_in(source: string, target: string)
MATCH (a:Post {id: $source})-[e:POSTED_IN]->(b:`Group` {id: $target})
DELETE e

// name: drop_shares(source: string, target: string)
MATCH (a:Post {id: $source})-[e:SHARES]->(b:Post {id: $target})
DELETE e

// name: drop_interested_in(source: string, target: string)
MATCH (a:User {id: $source})-[e:INTERESTED_IN]->(b:Tag {id: $target})
DELETE e

// name: drop_friend(source: string, target: string)
MATCH (a:User {id: $source})-[e:FRIEND]->(b:User {id: $target})
DELETE e

// name: drop_asked(source: string, target: string)
MATCH (a:User {id: $source})-[e:ASKED]->(b:User {id: $target})
DELETE e

// name: drop_blocks(source: string, target: string)
MATCH (a:User {id: $source})-[e:BLOCKS]->(b:User {id: $target})
DELETE e

// name: drop_mutes(source: string, target: string)
MATCH (a:User {id: $source})-[e:MUTES]->(b:User {id: $target})
DELETE e

// name: drop_mutes_tags(source: string, target: string)
MATCH (a:User {id: $source})-[e:MUTES]->(b:Tag {id: $target})
DELETE e

// name: drop_mutes_words(source: string, target: string)
MATCH (a:User {id: $source})-[e:MUTES]->(b:Word {id: $target})
DELETE e

// name: drop_member_of(source: string, target: string)
MATCH (a:User {id: $source})-[e:MEMBER_OF]->(b:`Group` {id: $target})
DELETE e

// name: drop_feels(source: string, target: string)
MATCH (a:User {id: $source})-[e:FEELS]->(b:Mood {id: $target})
DELETE e

// name: drop_asked_to_join(source: string, target: string)
MATCH (a:User {id: $source})-[e:ASKED_TO_JOIN]->(b:`Group` {id: $target})
DELETE e

// name: drop_invited_to(source: string, target: string)
MATCH (a:User {id: $source})-[e:INVITED_TO]->(b:`Group` {id: $target})
DELETE e

// name: drop_attends(source: string, target: string)
MATCH (a:User {id: $source})-[e:ATTENDS]->(b:Event {id: $target})
DELETE e

// name: drop_viewed(source: string, target: string)
MATCH (a:User {id: $source})-[e:VIEWED]->(b:Post {id: $target})
DELETE e

// name: drop_liked(source: string, target: string)
MATCH (a:User {id: $source})-[e:LIKED]->(b:Post {id: $target})
DELETE e

// name: drop_inspired(source: string, target: string)
MATCH (a:User {id: $source})-[e:INSPIRED]->(b:Post {id: $target})
DELETE e

// name: drop_rated(source: string, target: string)
MATCH (a:User {id: $source})-[e:RATED]->(b:Post {id: $target})
DELETE e

// name: drop_reacted(source: string, target: string)
MATCH (a:User {id: $source})-[e:REACTED]->(b:Post {id: $target})
DELETE e

// name: drop_commented(source: string, target: string)
MATCH (a:User {id: $source})-[e:COMMENTED]->(b:Post {id: $target})
DELETE e

// name: drop_shared(source: string, target: string)
MATCH (a:User {id: $source})-[e:SHARED]->(b:Post {id: $target})
DELETE e

// name: drop_hid(source: string, target: string)
MATCH (a:User {id: $source})-[e:HID]->(b:Post {id: $target})
DELETE e

// name: drop_wrote(source: string, target: string)
MATCH (a:User {id: $source})-[e:WROTE]->(b:`Comment` {id: $target})
DELETE e

// name: drop_comment_on(source: string, target: string)
MATCH (a:`Comment` {id: $source})-[e:`ON`]->(b:Post {id: $target})
DELETE e

// name: drop_answers(source: string, target: string)
MATCH (a:`Comment` {id: $source})-[e:ANSWERS]->(b:`Comment` {id: $target})
DELETE e

// name: drop_naming(source: string, target: string)
MATCH (a:Name {id: $source})-[e:NAMES]->(b:User {id: $target})
DELETE e
