-- PostgreSQL keeps them so from the beginning.

SELECT 1;
