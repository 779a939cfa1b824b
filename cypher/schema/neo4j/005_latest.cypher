// The latest engagement that derived lists follow: what is stored of popularity is as of the last
// rebuild, and ages from there.

CREATE CONSTRAINT latest_id IF NOT EXISTS FOR (n:Latest) REQUIRE n.id IS UNIQUE;
