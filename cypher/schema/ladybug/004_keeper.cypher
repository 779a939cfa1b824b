// Which of the processes that serve the graph keeps its derived lists up.

CREATE NODE TABLE IF NOT EXISTS Keeper(id STRING PRIMARY KEY, name STRING, beat INT64);
