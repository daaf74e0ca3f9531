-- Web Push: the hub's own key, and where each device that asked for it is pushed.

CREATE TABLE push_key (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    secret BYTEA NOT NULL
);

CREATE TABLE push_subscriptions (
    device   BYTEA NOT NULL PRIMARY KEY,
    endpoint TEXT NOT NULL
);
