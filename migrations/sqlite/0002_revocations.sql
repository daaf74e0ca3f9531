-- Signed revocation lists: the newest of each authority, and what each room knows of them.

CREATE TABLE revocations (
    authority BLOB NOT NULL PRIMARY KEY,
    number    INTEGER NOT NULL,
    list      BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE room_revocations (
    room      BLOB NOT NULL,
    authority BLOB NOT NULL,
    list      BLOB NOT NULL,
    PRIMARY KEY (room, authority)
) WITHOUT ROWID;
