// A post's popularity, stored on it so that a card is one look-up.

// name: store_popularity(rows: [id: string, popularity: float])
UNWIND $rows AS row
MATCH (p:Post {id: row.id})
SET p.popularity = row.popularity
