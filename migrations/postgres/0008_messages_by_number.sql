-- Numbers of a room's members go on side by side: by number first, what is stored together lies together here too.

DROP INDEX messages_by_number;
CREATE UNIQUE INDEX messages_by_number ON messages (room, number, sender);
