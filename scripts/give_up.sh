# What the scripts that fetch test hosts have in common: words on standard error, and what a missing host means.

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "$1"
    if [ "${CI:-}" = true ]; then
        say "CI=true: a missing host is a failure."
        exit 1
    fi
    say "The tests that need it are skipped."
    exit 0
}
