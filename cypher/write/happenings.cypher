// name: write_happenings(rows: [id: string, name: string, privacy: string, description: string, at: int, until: int, place: string, created_at: int, cancelled: bool, host_id: string, group_id: string])
// Events as they are from now on; here a null takes away what is there.
UNWIND $rows AS row
MERGE (n:Event {id: row.id})
SET n.name = row.name,
    n.privacy = row.privacy,
    n.description = row.description,
    n.at = row.at,
    n.until = row.until,
    n.place = row.place,
    n.created_at = row.created_at,
    n.cancelled = row.cancelled,
    n.host_id = row.host_id,
    n.group_id = row.group_id
