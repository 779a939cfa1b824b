// What derived edges are as of, so that some of them can be brought up to date without the others.

CREATE CONSTRAINT derivation_id IF NOT EXISTS FOR (n:Derivation) REQUIRE n.id IS UNIQUE;
