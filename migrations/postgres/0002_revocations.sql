-- Signed revocation lists: the newest of each authority, and what each room knows of them.

CREATE TABLE revocations (
    authority BYTEA NOT NULL PRIMARY KEY,
    number    BIGINT NOT NULL,
    list      BYTEA NOT NULL
);

CREATE TABLE room_revocations (
    room      BYTEA NOT NULL,
    authority BYTEA NOT NULL,
    list      BYTEA NOT NULL,
    PRIMARY KEY (room, authority)
);
