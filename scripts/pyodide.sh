#!/bin/sh
# Makes sure of what the tests of the xlwings Lite part use: Node, and under .venv/pyodide the npm package pyodide
# (Python in the browser) and xlwings' wheel for it, in the version that is installed.
# Installs what is missing where that is allowed; otherwise says what to install.
# With CI=true what stays missing is a failure; without it the tests that need it are skipped.
set -eu
cd "$(dirname "$0")/.."

RUNTIME=314                          # Pyodide's major version: Python 3.14
PLATFORM=pyemscripten_2026_0_wasm32  # how PyPI names the wheels for it
folder=.venv/pyodide

. scripts/give_up.sh

missing_packages() {
    command -v node >/dev/null 2>&1 || printf 'nodejs '
    command -v npm >/dev/null 2>&1 || printf 'npm '
}

version=$(.venv/bin/python -c 'from importlib.metadata import version; print(version("xlwings"))')
has_wheel() { ls "$folder"/xlwings-"$version"-*"$PLATFORM".whl >/dev/null 2>&1; }
has_runtime() {
    grep -q "\"version\": *\"$RUNTIME\." "$folder/node_modules/pyodide/package.json" 2>/dev/null
}

missing=$(missing_packages)
[ -z "$missing" ] && has_wheel && has_runtime && exit 0

if [ -n "$missing" ]; then
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then as_root='sudo -n'; else as_root=no; fi
    fi
    if [ "$as_root" != no ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing for the tests: $missing…"
        # The package names are words to be split; env keeps apt-get from asking questions under sudo as well.
        # shellcheck disable=SC2086
        { $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >&2 ||
            say "apt-get did not succeed."
    fi
    missing=$(missing_packages)
    [ -z "$missing" ] || give_up "The tests of the xlwings Lite part need Node (Debian: sudo apt-get install $missing)"
fi

mkdir -p "$folder"
if ! has_runtime; then
    say "Installing the npm package pyodide $RUNTIME into $folder …"
    npm install --prefix "$folder" --no-audit --no-fund --no-save --silent "pyodide@$RUNTIME" >&2 ||
        give_up "npm could not install pyodide@$RUNTIME."
fi
if ! has_wheel; then
    say "Fetching the wheel of xlwings $version for Pyodide into $folder …"
    rm -f "$folder"/xlwings-*.whl
    .venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --implementation cp --python-version 314 --abi cp314 --platform "$PLATFORM" \
        --dest "$folder" "xlwings==$version" >&2 ||
        give_up "pip could not fetch the wheel of xlwings $version for Pyodide."
fi
