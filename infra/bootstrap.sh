#!/bin/sh
# Build .venv: `bootstrap.sh run` for the product, `bootstrap.sh test` for development as well,
# `bootstrap.sh spark` for the test that reads the lake with Spark, `bootstrap.sh peers` for the engines
# of `make bench-peers`, `bootstrap.sh s3` for the tests on other S3 servers.
# Needs only a Python from 3.11 to 3.13; uv itself is installed into .venv. Safe to repeat.
set -eu

UV_VERSION=0.13.9
level=${1:?run, test, spark, peers or s3}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

choose_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if fits "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    found=$("${PYTHON:-python3}" --version 2>/dev/null || echo none)
    say "bootstrap: Python 3.11, 3.12 or 3.13 is needed, found: $found."
    say "Install one (Debian: apt install python3.11-venv), or name it: make run PYTHON=/path/to/python3.11"
    exit 2
}

make_venv() {
    python=$(choose_python)
    # A .venv that does not run (moved, or its Python removed) is built again.
    rm -rf .venv
    say "bootstrap: making .venv with $("$python" --version)"
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv .venv
    elif command -v uv >/dev/null; then
        uv venv --quiet --seed --no-python-downloads --python "$python" .venv
    else
        say "bootstrap: $python has no venv or ensurepip."
        say "Install it (Debian: apt install python3-venv), or name another: make run PYTHON=/path/to/python3.11"
        exit 2
    fi
}

# uv reads neither pip's variables nor its configuration: pass their values on.
hand_over_pip_settings() {
    # As pip does, trust the system's certificates where there are some.
    for roots in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
        [ ! -f "$roots" ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
    done
    # Of several lines that pip lists the last one counts; the environment comes last.
    setting() {
        .venv/bin/python -m pip config list 2>/dev/null |
            sed -n "s/^\(global\|install\|:env:\)\.$1='\(.*\)'\$/\2/p" | tail -n 1
    }
    certificate=$(setting cert)
    [ -z "$certificate" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificate}"
    timeout=$(setting default-timeout)
    [ -z "$timeout" ] || export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-$timeout}"
    index=$(setting index-url)
}

install() {
    groups=--no-dev
    [ "$level" = run ] || groups="--all-extras --group site"
    case "$level" in spark | peers | s3) groups="--all-extras --group site --group $level" ;; esac
    # Bytecode of all: where PYTHONDONTWRITEBYTECODE is set, as in many images, each command would
    # compile what it imports, for seconds.
    export UV_COMPILE_BYTECODE=1
    # --inexact: uv and pip stay, and `make run` after `make test` takes nothing away.
    case "$index" in
    "" | https://pypi.org/simple | https://pypi.org/simple/)
        uv sync --quiet --locked --inexact --no-python-downloads $groups
        return
        ;;
    esac
    # The lock names the public index. With another index, only the lock's versions and hashes count.
    uv export --quiet --frozen --no-emit-project $groups --output-file .venv/requirements.txt
    export UV_DEFAULT_INDEX="$index" UV_PYTHON="$PWD/.venv/bin/python"
    uv pip install --quiet --require-hashes --requirements .venv/requirements.txt
    uv pip install --quiet --no-deps --editable .
}

.venv/bin/python -c 'import pip' 2>/dev/null && fits .venv/bin/python || make_venv
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT
PATH="$PWD/.venv/bin:$PATH"
hand_over_pip_settings
# Its own, whatever the machine has: the pages and messages name this one.
if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi
say "bootstrap: installing what \`make $level\` needs"
install
.venv/bin/python -m compileall -q orchestration simulator
touch .venv/.run
[ "$level" = run ] || touch .venv/.test
