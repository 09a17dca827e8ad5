-- The planner has to know that there is one pointer and how many batches a publication names. Only
-- the owner of a table may analyze it, so the writer asks through this function.
create or replace function meta.analyze_publication() returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    analyze meta.current_publication, meta.publications, meta.publication_batches, meta.batches;
$$;

comment on function meta.analyze_publication() is
'Fresh statistics of the publication''s tables; the writer calls it after each publication.';

revoke all on function meta.analyze_publication() from public;
