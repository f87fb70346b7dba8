#!/bin/sh
# Installs exactly what uv.lock names into .venv, on a machine that has nothing but Python 3.11+.
#
# What is given to it is given to uv: `--group bench` adds the peers that benchmarks are set against.
# uv is used from the PATH where it is there, else installed for this folder alone (.cache/uv).
set -eu
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9 # the release that wrote uv.lock; deploy/Dockerfile names the same

fail() {
    printf 'setup: %s\n' "$1" >&2
    exit 1
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if is_recent "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "no Python 3.11 or later on the PATH ('python3' is $(python3 -V 2>&1 || echo missing)).
Install one, or name it: make PYTHON=/path/to/python3.12 ..."
}

find_uv() {
    if uv --version >/dev/null 2>&1; then
        command -v uv
        return
    fi
    own=.cache/uv/bin/uv
    if ! "$own" --version 2>/dev/null | grep -qF "$UV_VERSION"; then
        "$1" -m venv --clear .cache/uv >&2 || fail "'$1 -m venv' failed.
Debian and Ubuntu ship it apart: apt-get install python3-venv (or python3.12-venv, for example).
Or install uv yourself and put it on the PATH."
        .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION" >&2 ||
            fail "pip could not install uv $UV_VERSION; is a package index reachable?"
    fi
    printf '%s\n' "$own"
}

python=$(find_python)
uv=$(find_uv "$python")
"$uv" sync --frozen --quiet --python "$python" "$@" ||
    fail "uv could not install what uv.lock names; its message stands above."
touch .venv/.synced
