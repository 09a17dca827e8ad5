-- Geometries where the server has PostGIS; without it the same views show GeoJSON. Repeated at every
-- start, so that a server that gains the extension gains the geometries with the next publication.
do $$
begin
    if exists (select from pg_available_extensions where name = 'postgis')
        and not exists (select from pg_extension where extname = 'postgis') then
        create extension postgis schema public;
    end if;
exception
    when others then
        raise notice 'PostGIS is available but could not be created: %', sqlerrm;
end
$$;
