-- A room's group apart from its head: the group is large and changes with each commit, the head is small and
-- moves with each message.

CREATE TABLE room_groups (
    room         BLOB NOT NULL PRIMARY KEY,
    group_info   BLOB NOT NULL,
    ratchet_tree BLOB NOT NULL
);
INSERT INTO room_groups (room, group_info, ratchet_tree) SELECT room, group_info, ratchet_tree FROM rooms;
ALTER TABLE rooms DROP COLUMN group_info;
ALTER TABLE rooms DROP COLUMN ratchet_tree;
