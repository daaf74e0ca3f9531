-- Web Push: the hub's own key, and where each device that asked for it is pushed.

CREATE TABLE push_key (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL
);

CREATE TABLE push_subscriptions (
    device   BLOB NOT NULL PRIMARY KEY,
    endpoint TEXT NOT NULL
) WITHOUT ROWID;
