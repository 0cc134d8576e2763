-- What the database needs from a superuser: extensions from PostgreSQL's own contrib, nothing else.
-- Run in the crossdesk database, and in template1 where the tests make databases of their own.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS unaccent;
