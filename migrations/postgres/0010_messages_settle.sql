-- PostgreSQL keeps messages by their places: its pages are not written whole with each message.

SELECT 1;
