// Neo4j's constraints: one key a label, which is also its index; the time of events, by which they
// are listed; and by what notices of somebody who leaves are found. Statements end with a semicolon.

CREATE CONSTRAINT user_id IF NOT EXISTS FOR (n:User) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT post_id IF NOT EXISTS FOR (n:Post) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT tag_id IF NOT EXISTS FOR (n:Tag) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT category_id IF NOT EXISTS FOR (n:Category) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT mood_id IF NOT EXISTS FOR (n:Mood) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT topic_id IF NOT EXISTS FOR (n:Topic) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT group_id IF NOT EXISTS FOR (n:`Group`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT event_id IF NOT EXISTS FOR (n:Event) REQUIRE n.id IS UNIQUE;
CREATE INDEX event_at IF NOT EXISTS FOR (n:Event) ON (n.at);
CREATE CONSTRAINT word_id IF NOT EXISTS FOR (n:Word) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT comment_id IF NOT EXISTS FOR (n:`Comment`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT name_id IF NOT EXISTS FOR (n:`Name`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT chart_id IF NOT EXISTS FOR (n:`Chart`) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT heard_id IF NOT EXISTS FOR (n:Heard) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT inbox_id IF NOT EXISTS FOR (n:Inbox) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT notice_id IF NOT EXISTS FOR (n:Notice) REQUIRE n.id IS UNIQUE;
CREATE INDEX notice_actor IF NOT EXISTS FOR (n:Notice) ON (n.actor_id);
CREATE INDEX notice_post IF NOT EXISTS FOR (n:Notice) ON (n.post_id);

// Search (graph.search). The standard analyzer without stop words: it parts any script as Unicode says
// (a letter of Han or Hiragana is a token, and so is an emoji), lowers the case, and drops no word, for
// people are named Will and posts The Who. The one that folds accents drops 33 English words, so
// accents are left to queries, which ask for what is up to two letters away. Usernames are
// indexed by their runs of letters too, since the standard takes "amber_finch" for one token. Filled
// with the transaction that writes, so that what was acknowledged is found.
CREATE FULLTEXT INDEX search_people IF NOT EXISTS FOR (n:User) ON EACH [n.username, n.details] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: false}};
CREATE FULLTEXT INDEX search_handles IF NOT EXISTS FOR (n:User) ON EACH [n.username] OPTIONS {indexConfig: {`fulltext.analyzer`: 'simple', `fulltext.eventually_consistent`: false}};
CREATE FULLTEXT INDEX search_posts IF NOT EXISTS FOR (n:Post) ON EACH [n.title, n.text, n.tags] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: false}};
CREATE FULLTEXT INDEX search_groups IF NOT EXISTS FOR (n:`Group`) ON EACH [n.name] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: false}};
CREATE FULLTEXT INDEX search_tags IF NOT EXISTS FOR (n:Tag) ON EACH [n.name, n.id] OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', `fulltext.eventually_consistent`: false}};
