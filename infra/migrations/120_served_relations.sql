-- What dbt made in PostgreSQL for readers. The name alone is no proof: somebody may have put a view of
-- his own in the place of one, so the hash of its definition stands beside it.
create table if not exists meta.served_relations (
    schema_name text not null,
    relation_name text not null,
    kind text not null check (kind in ('table', 'view')),
    definition_md5 text check ((definition_md5 is not null) = (kind = 'view')),
    is_declared boolean not null default true,
    executed_by text not null default session_user,
    executor_role text not null default current_user,
    execution_context text not null default coalesce(current_setting('application_name', true), ''),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (schema_name, relation_name)
);
create or replace trigger touch_updated_at before update on meta.served_relations
for each row execute function meta.touch_updated_at();

-- Of before: a table of batches, and the view of its name and its owner that shows the current ones.
insert into meta.served_relations (schema_name, relation_name, kind, definition_md5)
select 'serving', tables.relname, 'table', null
from pg_class as tables
where tables.relnamespace = 'serving'::regnamespace and tables.relkind = 'r' and exists (
    select from pg_constraint
    where conrelid = tables.oid and confrelid = 'meta.batches'::regclass
)
union all
select pg_namespace.nspname, views.relname, 'view', md5(pg_get_viewdef(views.oid))
from pg_class as views
join pg_namespace on pg_namespace.oid = views.relnamespace
join pg_class as tables
    on tables.relnamespace = 'serving'::regnamespace
    and tables.relname = views.relname
    and tables.relowner = views.relowner
where pg_namespace.nspname in ('silver', 'gold') and views.relkind = 'v'
    and array['meta.publication_batches'::regclass::oid, tables.oid] <@ array(
        select pg_depend.refobjid from pg_rewrite
        join pg_depend on pg_depend.classid = 'pg_rewrite'::regclass
            and pg_depend.objid = pg_rewrite.oid
        where pg_rewrite.ev_class = views.oid
    )
on conflict do nothing;

comment on table meta.served_relations is
'The tables and views of serving, silver, gold and core that the project made: it drops no others.';
comment on column meta.served_relations.schema_name is 'Schema of the table or view.';
comment on column meta.served_relations.relation_name is 'Its name.';
comment on column meta.served_relations.kind is 'table or view.';
comment on column meta.served_relations.definition_md5 is
'MD5 of the definition of a view as the project made it; one that differs is left alone.';
comment on column meta.served_relations.is_declared is
'False once the project does not declare it: a view goes with the next publication, a table with its last row.';
comment on column meta.served_relations.executed_by is 'Database login that wrote the row.';
comment on column meta.served_relations.executor_role is 'Database role in effect when the row was written.';
comment on column meta.served_relations.execution_context is
'application_name of the connection: which program wrote the row.';
comment on column meta.served_relations.created_at is 'When the row was written, UTC.';
comment on column meta.served_relations.updated_at is 'When the row last changed, UTC.';
