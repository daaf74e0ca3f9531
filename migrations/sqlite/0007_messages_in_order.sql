-- Messages in the order in which they come, whatever their rooms: what is stored together lies together, and no
-- message needs a page of its own.

CREATE TABLE messages_in_order (
    room    BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    sender  BLOB NOT NULL,
    number  INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (room, seq)
);
INSERT INTO messages_in_order (room, seq, kind, sender, number, epoch, time_ms, message)
    SELECT room, seq, kind, sender, number, epoch, time_ms, message FROM messages ORDER BY time_ms, room, seq;
DROP TABLE messages;
ALTER TABLE messages_in_order RENAME TO messages;
CREATE UNIQUE INDEX messages_by_number ON messages (room, sender, number);
