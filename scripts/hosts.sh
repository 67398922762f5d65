#!/bin/sh
# Makes sure of the hosts that the tests use: LibreOffice Calc, Gnumeric, a Japanese font, poppler, a screen (Xvfb),
# Chromium.
# Installs what is missing from Debian's packages where that is allowed; otherwise says what to install.
# With CI=true a host that stays missing is a failure; without it the tests that need it are skipped.
set -eu

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1 || printf 'libreoffice-calc '
    command -v ssconvert >/dev/null 2>&1 || printf 'gnumeric '
    command -v Xvfb >/dev/null 2>&1 || printf 'xvfb '
    command -v pdftoppm >/dev/null 2>&1 || printf 'poppler-utils '
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1 || printf 'chromium '
    if ! command -v fc-list >/dev/null 2>&1; then
        printf 'fontconfig fonts-noto-cjk '
    elif [ -z "$(fc-list :lang=ja family 2>/dev/null)" ]; then
        printf 'fonts-noto-cjk '
    fi
}

missing=$(missing_packages)
[ -z "$missing" ] && exit 0

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
    missing=$(missing_packages)
fi
[ -z "$missing" ] && exit 0

say "The tests need these Debian packages, which are missing here: $missing"
say "  Debian, Ubuntu: sudo apt-get install $missing"
say "  elsewhere: LibreOffice (soffice on PATH), Gnumeric (ssconvert on PATH), poppler (pdftoppm on PATH), Xvfb, Chromium, a Japanese font such as Noto Sans CJK JP"
if [ "${CI:-}" = true ]; then
    say "CI=true: a missing host is a failure."
    exit 1
fi
say "The tests that need them are skipped."
