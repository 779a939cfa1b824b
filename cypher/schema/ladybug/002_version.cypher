// The graph knows which version its schema has.

CREATE NODE TABLE IF NOT EXISTS Schema(id STRING PRIMARY KEY, version INT64);
