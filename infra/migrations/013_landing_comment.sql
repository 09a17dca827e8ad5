comment on schema landing is
'Where DuckDB puts the rows of the batches that a run is publishing. Emptied once they are served.';
