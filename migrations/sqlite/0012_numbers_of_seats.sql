-- In each seat a device counts anew: who was removed and admitted again uses numbers a second time. The newest counts.

DROP INDEX places_by_number;
CREATE INDEX places_by_number ON places (room, number, sender, seq, message);
