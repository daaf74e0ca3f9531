-- Compartments: rooms that lie in another one, and where that one has last changed its seats, its charter, or who is
-- revoked. What is decided in a compartment rests on that. All that was said before counts as one change.

ALTER TABLE rooms ADD COLUMN parent BLOB;
ALTER TABLE rooms ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET turn = head;
CREATE INDEX rooms_by_parent ON rooms (parent) WHERE parent IS NOT NULL;
