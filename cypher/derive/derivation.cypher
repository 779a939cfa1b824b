// What derived edges are as of, and whether they are being made anew (graph/derive/clock.py).

// name: derivation()
MATCH (d:Derivation {id: 'graph'})
RETURN coalesce(d.run, '') AS run, coalesce(d.running, '') AS running,
    d.engaged_at AS engaged_at, d.created_at AS created_at

// name: hold_derivation()
// As `derivation`; whoever begins to derive waits until this transaction has ended.
MATCH (d:Derivation {id: 'graph'})
RETURN coalesce(d.run, '') AS run, coalesce(d.running, '') AS running

// name: first_derivation(rows: [run: string, engaged_at: int, created_at: int])
// Where there is none yet: what is derived from now on is as of this.
UNWIND $rows AS row
MERGE (d:Derivation {id: 'graph'})
ON CREATE SET d.run = row.run, d.engaged_at = row.engaged_at, d.created_at = row.created_at

// name: begin_derivation(running: string)
// From now on nobody else changes a derived edge.
MERGE (d:Derivation {id: 'graph'})
SET d.running = $running

// name: end_derivation(rows: [run: string, engaged_at: int, created_at: int])
// All of it is as of this.
UNWIND $rows AS row
MATCH (d:Derivation {id: 'graph'})
SET d.run = row.run, d.running = '', d.engaged_at = row.engaged_at, d.created_at = row.created_at

// name: fading(run: string)
// As of when the lists of this rebuild are being made one by one, or were at last.
MATCH (d:Derivation {id: 'fading'})
WHERE d.run = $run
RETURN d.engaged_at AS engaged_at, d.created_at AS created_at

// name: begin_fading(rows: [run: string, engaged_at: int, created_at: int])
UNWIND $rows AS row
MERGE (d:Derivation {id: 'fading'})
SET d.run = row.run, d.engaged_at = row.engaged_at, d.created_at = row.created_at
