#!/bin/sh
# Makes .venv with Python 3.11 or newer and installs the project into it (editable).
# Usage: sh scripts/venv.sh [EXTRA]     EXTRA: data, test or dev; without it only what xl-kpi needs to run.
set -eu
cd "$(dirname "$0")/.."
extra=${1:-}

say() { printf '%s\n' "$*" >&2; }

new_enough() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    # python3 first: it is what the user means. Then any newer one that stands on PATH beside an old python3.
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null 2>&1 && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    say "No Python 3.11 or newer was found on PATH."
    say "Install one (Debian: apt-get install python3 python3-venv; macOS: brew install python; or python.org)"
    say "and run the same command again. PYTHON=/path/to/python3 make … chooses one."
    exit 1
}

# A copied, moved or half-made environment is made anew; a good one is kept.
if ! { [ -x .venv/bin/python ] && new_enough .venv/bin/python && .venv/bin/python -m pip --version; } >/dev/null 2>&1; then
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        say "$python has no venv/ensurepip, so no environment can be made."
        say "Install it (Debian: apt-get install python3-venv) and run the same command again."
        exit 1
    fi
    say "Making .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv
fi

say "Installing xl-kpi${extra:+ with its $extra packages} into .venv …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".${extra:+[$extra]}"
