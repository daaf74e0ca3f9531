-- In each seat a device counts anew: who was removed and admitted again uses numbers a second time. The newest counts.

DROP INDEX messages_by_number;
CREATE INDEX messages_by_number ON messages (room, number, sender, seq);
