#!/bin/sh
# Build infra/k8s/base with kustomize and validate each resource with kubeconform: `make check-kubernetes`.
# Needs Go. Tools and schemas come from package registries into .venv/k8s, once (two minutes).
# Another folder of manifests: check.sh FOLDER
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-infra/k8s/base}
tools=$PWD/.venv/k8s
python=$PWD/.venv/bin/python

# A finished schema folder is the last step.
if [ ! -d "$tools/schemas" ]; then
    export GOBIN="$tools"
    go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
    go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0
    # In the module's folder: api/openapi-spec, the API of Kubernetes 1.34.
    kubernetes=$(go mod download -json k8s.io/kubernetes@v1.34.4 |
        "$python" -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
    "$python" -m pip download --quiet --no-deps --dest "$tools" dask-kubernetes==2026.3.0
    "$python" -m zipfile -e "$tools"/dask_kubernetes-*.whl "$tools/dask"
    operator=$tools/dask/dask_kubernetes/operator/deployment/helm/dask-kubernetes-operator
    rm -rf "$tools/schemas.part"
    "$python" infra/k8s/schemas.py "$tools/schemas.part" \
        "$kubernetes/api/openapi-spec/swagger.json" "$operator/crds/daskcluster.yaml"
    mv "$tools/schemas.part" "$tools/schemas"
fi

"$tools/kustomize" build "$folder" >"$tools/built.yaml"
"$tools/kubeconform" -strict -summary \
    -schema-location "$tools/schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$tools/built.yaml"
