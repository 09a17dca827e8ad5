-- Whose turn it is in a world: a lock of the database dies with its connection, a number does not.
alter table meta.worlds add column if not exists holder bigint not null default 0;
alter table meta.worlds add column if not exists origin text not null default '';

comment on column meta.worlds.holder is
'How often the lock of this world was taken: the number of who holds it now, or held it last.';
comment on column meta.worlds.origin is
'Which configuration file and scenario it was made from; empty for ingested events.';
