// What derived edges are as of, so that some of them can be brought up to date without the others.

CREATE NODE TABLE IF NOT EXISTS Derivation(id STRING PRIMARY KEY, run STRING, running STRING, engaged_at INT64, created_at INT64);
