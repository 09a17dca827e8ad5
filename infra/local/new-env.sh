#!/bin/sh
# Write .env for infra/local/compose.yaml with secrets of chance, readable by its owner alone.
# Never touches one that is there: a changed key would lock the data of a volume away.
set -eu
cd "$(dirname "$0")/../.."
[ ! -e .env ] || { echo ".env exists: left as it is"; exit 0; }

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
