-- Messages in one heap in the order in which they come, and beside it where each lies in its room. What comes is written
-- once, into the heap; its place, its room's head and what its seat has said last follow some messages later, for many
-- at once.

CREATE TABLE heap (
    id      INTEGER PRIMARY KEY,
    room    BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    sender  BLOB NOT NULL,
    number  INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    message BLOB NOT NULL
);
INSERT INTO heap (room, seq, kind, sender, number, epoch, time_ms, message)
    SELECT room, seq, kind, sender, number, epoch, time_ms, message FROM messages ORDER BY time_ms, room, seq;
DROP TABLE messages;
ALTER TABLE heap RENAME TO messages;

CREATE TABLE places (
    room    BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    sender  BLOB NOT NULL,
    number  INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
INSERT INTO places (room, seq, sender, number, message)
    SELECT room, seq, sender, number, id FROM messages ORDER BY room, seq;
CREATE INDEX places_by_number ON places (room, number, sender, message);

UPDATE seats SET last_number = said.number, last_seq = said.seq FROM
    (SELECT room, sender, number, MAX(seq) AS seq FROM messages GROUP BY room, sender) AS said
    WHERE seats.room = said.room AND seats.device = said.sender
    AND said.seq > seats.since_seq AND said.seq > seats.last_seq;

-- The last message of the heap for which that was done.
CREATE TABLE settled (message INTEGER NOT NULL);
INSERT INTO settled (message) SELECT COALESCE(MAX(id), 0) FROM messages;
