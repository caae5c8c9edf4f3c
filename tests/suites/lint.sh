# Layout, likely mistakes, the man page. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() { need clang-format clang-tidy cppcheck mandoc; }

test_lint_finds_nothing() { # `make lint` looks longer
    EFFORT=10000 MODULES=$("$MAKE" -C "$ROOT" -s print-modules) DEFINES=$("$MAKE" -C "$ROOT" -s print-defines) bash "$ROOT/tests/lint.sh"
}

# Every long option that a verb knows is in the man page, and in its own help.
test_the_man_page_knows_every_option() {
    local verb option
    mandoc -T ascii "$ROOT/pipeline/wallwatch.1" | col -b >page
    for verb in replay events check; do
        "$WALLWATCH" help $verb >help
        sed -n 's/.*{"\([a-z-]*\)", [a-z]*_argument.*/\1/p' "$ROOT/pipeline/commands/$verb.c" | while read -r option; do
            grep -q -- "--$option" help || fail "help $verb does not tell --$option"
            [ "$option" = help ] || grep -q -- "--$option" page || [ $verb = check ] || fail "the man page does not tell --$option of $verb"
        done
    done
}
