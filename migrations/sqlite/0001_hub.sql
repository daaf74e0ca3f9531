-- What a hub keeps. Times are Unix milliseconds, ids and digests are raw bytes.

CREATE TABLE authorities (
    fingerprint   BLOB NOT NULL PRIMARY KEY,
    country       TEXT NOT NULL,
    der           BLOB NOT NULL,
    registered_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE devices (
    device    BLOB NOT NULL PRIMARY KEY,
    country   TEXT NOT NULL,
    authority BLOB NOT NULL,
    chain     BLOB NOT NULL,
    seen_ms   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX devices_by_country ON devices (country, device);

CREATE TABLE key_packages (
    id          INTEGER PRIMARY KEY,
    device      BLOB NOT NULL,
    ciphersuite INTEGER NOT NULL,
    last_resort INTEGER NOT NULL,
    not_after_s INTEGER NOT NULL,
    hash        BLOB NOT NULL UNIQUE,
    bytes       BLOB NOT NULL
);
CREATE INDEX key_packages_in_stock ON key_packages (device, ciphersuite, last_resort, id);

CREATE TABLE rooms (
    room         BLOB NOT NULL PRIMARY KEY,
    head         INTEGER NOT NULL,
    oldest       INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    opens_at_ms  INTEGER NOT NULL,
    closes_at_ms INTEGER NOT NULL,
    closed       INTEGER NOT NULL,
    group_info   BLOB NOT NULL,
    ratchet_tree BLOB NOT NULL
);

CREATE TABLE seats (
    room        BLOB NOT NULL,
    device      BLOB NOT NULL,
    leaf        INTEGER NOT NULL,
    since_seq   INTEGER NOT NULL,
    last_number INTEGER NOT NULL,
    last_seq    INTEGER NOT NULL,
    PRIMARY KEY (room, device)
) WITHOUT ROWID;
CREATE INDEX seats_by_device ON seats (device, room);

CREATE TABLE messages (
    room    BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    sender  BLOB NOT NULL,
    number  INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX messages_by_number ON messages (room, sender, number);

CREATE TABLE welcomes (
    device  BLOB NOT NULL,
    room    BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    welcome BLOB NOT NULL,
    PRIMARY KEY (device, room)
);
CREATE INDEX welcomes_by_room ON welcomes (room, seq);

CREATE TABLE welcome_trees (
    room         BLOB NOT NULL,
    seq          INTEGER NOT NULL,
    ratchet_tree BLOB NOT NULL,
    PRIMARY KEY (room, seq)
);

CREATE TABLE enrolments (
    authority  BLOB NOT NULL,
    ticket     BLOB NOT NULL,
    request    BLOB NOT NULL,
    answer     BLOB,
    refused    INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (authority, ticket)
) WITHOUT ROWID;
CREATE INDEX enrolments_by_time ON enrolments (created_ms);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    entry   TEXT NOT NULL,
    digest  BLOB NOT NULL
);
