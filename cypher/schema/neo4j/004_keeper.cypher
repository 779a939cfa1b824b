// Which of the processes that serve the graph keeps its derived lists up.

CREATE CONSTRAINT keeper_id IF NOT EXISTS FOR (n:Keeper) REQUIRE n.id IS UNIQUE;
