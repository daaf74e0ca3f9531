-- When what a room said must be gone, and when the rest; how much of it is still kept: 0 all, 1 it is being shredded,
-- 2 only how it ended, 3 nothing but that it was. Rooms from before have the longest time that their charters may mean.

ALTER TABLE rooms ADD COLUMN shred_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN forget_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET shred_at_ms = closes_at_ms + 2592000000, forget_at_ms = closes_at_ms + 2592000000;
CREATE INDEX rooms_to_shred ON rooms (kept, shred_at_ms);

-- Which room a row of the audit log is about, so that its coordinators can be given theirs; and how far the digests
-- of its messages are in the log.

ALTER TABLE audit ADD COLUMN room BLOB;
CREATE INDEX audit_by_room ON audit (room, id);
ALTER TABLE rooms ADD COLUMN audited INTEGER NOT NULL DEFAULT 0;
UPDATE audit SET room = unhex(substr(entry, instr(entry, ' room=') + 6, 32)) WHERE instr(entry, ' room=') > 0;
