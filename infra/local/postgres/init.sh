#!/bin/sh
# Runs once, when the volume of Postgres is empty: logins with their passwords, which migrations
# never set, and Metabase's own database. Schemas, tables and grants are the migrations' business.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set writer_password="$LAKE_WRITER_PASSWORD" \
    --set reader_password="$BI_READER_PASSWORD" \
    --set metabase_password="$METABASE_DB_PASSWORD" <<'SQL'
create extension if not exists postgis;
create role lake_owner nologin;
create role lake_writer login password :'writer_password';
create role bi_reader login password :'reader_password';
create role metabase login password :'metabase_password';
create database metabase owner metabase;
revoke connect on database metabase from public;
SQL
