// What a post shares, stored on it so that a card is one look-up; loads do so too (graph/cards.py).

// name: store_shares(rows: [id: string, shares_id: string])
UNWIND $rows AS row
MATCH (p:Post {id: row.id})
SET p.shares_id = row.shares_id
