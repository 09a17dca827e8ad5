-- Closings have one name in every KPI: kpi_sla_daily called them closed_count. Tables that an earlier
-- version made are renamed in place; the views over them are replaced by the next publication.
do $$
declare
    suffix text;
begin
    foreach suffix in array array['', '_avg_7d', '_change_1d', '_change_7d'] loop
        if exists (
            select from information_schema.columns
            where table_schema = 'serving' and table_name = 'kpi_sla_daily'
                and column_name = 'closed_count' || suffix
        ) then
            execute format(
                'alter table serving.kpi_sla_daily rename column %I to %I',
                'closed_count' || suffix, 'closings_count' || suffix
            );
        end if;
    end loop;
end
$$;
