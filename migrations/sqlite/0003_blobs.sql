-- Photos and documents as ciphertext: how much of each is stored. The bytes lie in the object store.

CREATE TABLE blobs (
    room   BLOB NOT NULL,
    blob   BLOB NOT NULL,
    device BLOB NOT NULL,
    chunks INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    PRIMARY KEY (room, blob)
) WITHOUT ROWID;
