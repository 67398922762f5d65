#!/bin/sh
# Makes sure of the npm packages with which tests/programs saves workbooks as other people's programs do: ExcelJS (MIT)
# and SheetJS (Apache 2.0), under .venv/programs. They are started as programs, and nothing of them is shipped.
# With CI=true what stays missing is a failure; without it the tests that need it are skipped.
set -eu
cd "$(dirname "$0")/.."

EXCELJS=4.4.0
SHEETJS=0.18.5  # the last one on npm
folder=.venv/programs

. scripts/give_up.sh

has() { grep -q "\"version\": *\"$2\"" "$folder/node_modules/$1/package.json" 2>/dev/null; }

if has exceljs "$EXCELJS" && has xlsx "$SHEETJS"; then exit 0; fi
command -v npm >/dev/null 2>&1 || give_up "The tests of other programs need Node (Debian: sudo apt-get install nodejs npm)"
mkdir -p "$folder"
say "Installing the npm packages exceljs $EXCELJS and xlsx $SHEETJS into $folder …"
npm install --prefix "$folder" --no-audit --no-fund --no-save --silent "exceljs@$EXCELJS" "xlsx@$SHEETJS" >&2 ||
    give_up "npm could not install exceljs@$EXCELJS and xlsx@$SHEETJS."
