-- Photos and documents as ciphertext: how much of each is stored. The bytes lie in the object store.

CREATE TABLE blobs (
    room   BYTEA NOT NULL,
    blob   BYTEA NOT NULL,
    device BYTEA NOT NULL,
    chunks BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    PRIMARY KEY (room, blob)
);
