#!/bin/sh
# What the image installs, out of uv.lock: `supply.sh sbom FILE` writes CycloneDX with each file's hash,
# `supply.sh licences FILE` a table of licences, read from what .venv has of it.
set -eu
kind=${1:?sbom or licences} file=${2:?a file}
cd "$(dirname "$0")/.."
mkdir -p "$(dirname "$file")"
# As infra/local/Dockerfile installs it.
export="$PWD/.venv/bin/uv export --quiet --frozen --no-dev --extra dashboard"

case $kind in
sbom)
    $export --format cyclonedx1.5 --preview-features sbom-export --output-file "$file" >/dev/null
    ;;
licences)
    # shellcheck disable=SC2046
    .venv/bin/pip-licenses --from=mixed --format=markdown --with-urls --output-file "$file" --packages \
        $($export --no-hashes --no-emit-project --no-annotate --no-header | sed 's/[=;[ ].*//') >/dev/null
    ;;
*)
    echo "supply: $kind is neither sbom nor licences" >&2
    exit 2
    ;;
esac
echo "$file"
