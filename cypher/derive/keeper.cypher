// Which process keeps derived lists up, and how often it said so (graph/derive/lease.py).

// name: keeper()
MATCH (k:Keeper {id: 'lists'})
RETURN coalesce(k.name, '') AS name, coalesce(k.beat, 0) AS beat

// name: hold_keeper()
// As `keeper`; nobody else becomes it until this transaction has ended.
MATCH (k:Keeper {id: 'lists'})
RETURN coalesce(k.name, '') AS name, coalesce(k.beat, 0) AS beat

// name: become_keeper(name: string, beat: int)
// An empty name: nobody is.
MERGE (k:Keeper {id: 'lists'})
SET k.name = $name, k.beat = $beat

// name: beat_keeper(beat: int)
// It lives; of no use to anybody who keeps what was read, so that no id is named.
MATCH (k:Keeper {id: 'lists'})
SET k.beat = $beat
