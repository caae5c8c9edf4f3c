# Each fuzzer for a few seconds; `make fuzz` goes on for longer. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need clang
    case $BUILD in *address* | *thread*) skip "this is a sanitizer's run" ;; esac
}

test_fuzzers_find_nothing() {
    "$MAKE" -C "$ROOT" fuzz FUZZ_SECONDS=5 -j"${JOBS:-$(nproc)}" >log.txt 2>&1 || { tail -60 log.txt; return 1; }
    equal "$(grep -c '^== ' log.txt)" "$(find "$ROOT/tests/fuzz" -name '*.c' | wc -l)" "fuzzers that ran"
}
