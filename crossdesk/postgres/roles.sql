-- The four roles of Crossdesk. Run once as a superuser of the PostgreSQL server; running it again changes nothing.
-- On a server of your own, then give the two logins a password each (\password crossdesk_owner, \password crossdesk_app),
-- create the database (CREATE DATABASE crossdesk OWNER crossdesk_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8')
-- and run database.sql in it.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['crossdesk_owner', 'crossdesk_app', 'crossdesk_viewer', 'crossdesk_verbs'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;
END
$$;

-- Owns the tables and changes them in migrations; never serves a page. CREATEDB is for the tests' own databases.
ALTER ROLE crossdesk_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;

-- What the web, the worker and the mailbox connect as. It inherits nothing: it reads only after taking one of the two roles below.
ALTER ROLE crossdesk_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

-- Reads what a viewer's seats may see.
ALTER ROLE crossdesk_viewer NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

-- Carries out verbs after policy has been asked.
ALTER ROLE crossdesk_verbs NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

GRANT crossdesk_viewer, crossdesk_verbs TO crossdesk_app;
GRANT crossdesk_viewer, crossdesk_verbs TO crossdesk_owner;
