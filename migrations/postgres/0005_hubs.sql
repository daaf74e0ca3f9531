-- What hubs that share a database must find out from it: who was removed at which place, so that each hub
-- delivers up to there and no further; and when a device was last pushed, whichever hub did it.

CREATE TABLE unseated (
    room   BYTEA NOT NULL,
    seq    BIGINT NOT NULL,
    device BYTEA NOT NULL,
    PRIMARY KEY (room, seq, device)
);

ALTER TABLE push_subscriptions ADD COLUMN pushed_ms BIGINT NOT NULL DEFAULT 0;
