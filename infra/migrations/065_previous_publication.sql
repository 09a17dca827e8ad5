-- What people saw before stays, so that one can go back to it, and forth again: not the newest one.
alter table meta.current_publication add column if not exists
previous_id integer references meta.publications (publication_id) on delete set null;
comment on column meta.current_publication.previous_id is
'The publication that was shown before this one; null when it was not kept.';
