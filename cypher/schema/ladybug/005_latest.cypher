// The latest engagement that derived lists follow: what is stored of popularity is as of the last
// rebuild, and ages from there.

CREATE NODE TABLE IF NOT EXISTS Latest(id STRING PRIMARY KEY, engaged_at INT64);
