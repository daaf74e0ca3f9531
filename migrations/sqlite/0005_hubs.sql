-- What hubs that share a database must find out from it: who was removed at which place, so that each hub
-- delivers up to there and no further; and when a device was last pushed, whichever hub did it.

CREATE TABLE unseated (
    room   BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    device BLOB NOT NULL,
    PRIMARY KEY (room, seq, device)
) WITHOUT ROWID;

ALTER TABLE push_subscriptions ADD COLUMN pushed_ms INTEGER NOT NULL DEFAULT 0;
