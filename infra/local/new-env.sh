#!/bin/sh
# Write .env for infra/local/compose.yaml with random secrets, readable by its owner only.
# Never changes an existing one: with another key the data of a volume could not be read.
set -eu
cd "$(dirname "$0")/../.."
[ ! -e .env ] || { echo ".env exists: not changed"; exit 0; }

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
while IFS= read -r line; do
    case "$line" in
    METABASE_ADMIN_EMAIL=) echo "METABASE_ADMIN_EMAIL=admin@pqrs.example" ;;
    [A-Z]*=) echo "$line$(secret)" ;;
    *) echo "$line" ;;
    esac
done <.env.example >.env.new
mv .env.new .env
echo ".env written with new secrets; the passwords to log in with are in it"
