#!/bin/sh
# Write the digest that each image's tag has now behind the tag, in the files named, or in all that
# name images. A tag can be moved to other content; a digest is the content. Needs docker and a network.
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- infra/local/compose.yaml infra/local/Dockerfile infra/k8s/base/*.yaml

images() {
    sed -nE 's/^ *-? *(image:|FROM) "?([a-z0-9./-]+:[A-Za-z0-9._-]+)(@sha256:[0-9a-f]{64})?.*/\2/p' "$@" |
        sort -u | grep -v '^pqr-hybrid-lakehouse:'
}

for image in $(images "$@"); do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case $digest in
    sha256:????????????????????????????????????????????????????????????????) ;;
    *) echo "pin-digests: $image has no digest: $digest" >&2; exit 1 ;;
    esac
    for file in "$@"; do
        sed -E "s#$image(@sha256:[0-9a-f]{64})?#$image@$digest#" "$file" >"$file.new"
        cat "$file.new" >"$file"
        rm "$file.new"
    done
    echo "$image@$digest"
done
