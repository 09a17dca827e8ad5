#!/bin/sh
# One dump of the database in BACKUP_FOLDER every BACKUP_SECONDS; the newest BACKUP_KEEP stay.
# BACKUP_SECONDS=0 makes one dump and ends. The server is that of PGHOST and its companions.
set -eu

dump() {
    name=$(date -u +%Y%m%dT%H%M%SZ)-$PGDATABASE
    # Nobody takes half a dump for a whole one: it gets its name when it could be read back.
    pg_dump --format=custom --file="$BACKUP_FOLDER/$name.part"
    pg_restore --list "$BACKUP_FOLDER/$name.part" >/dev/null
    mv "$BACKUP_FOLDER/$name.part" "$BACKUP_FOLDER/$name.dump"
    echo "backup: $name.dump, $(wc -c <"$BACKUP_FOLDER/$name.dump") bytes"
    # The names sort by their time.
    find "$BACKUP_FOLDER" -name '*.dump' | sort -r | tail -n +"$((BACKUP_KEEP + 1))" |
        while IFS= read -r old; do rm "$old"; done
}

umask 077
rm -f "$BACKUP_FOLDER"/*.part
while :; do
    dump
    [ "$BACKUP_SECONDS" -gt 0 ] || exit 0
    # In the background, so that a stop does not wait for it.
    sleep "$BACKUP_SECONDS" &
    wait $!
done
