# The build: two compilers, nothing done twice, help. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# One folder serves several tests, whichever is the first.
build() { # variables
    "$MAKE" -C "$ROOT" -j"${JOBS:-$(nproc)}" WERROR=1 "$@" >make.log 2>&1 || { tail -30 make.log; return 1; }
}

WITH_CLIPS=yes # they are compared, too

test_gcc_builds_it_without_a_warning() {
    need gcc
    build BUILD="$SHARED/gcc" CC=gcc
    "$SHARED/gcc/wallwatch" --version | grep -q "^wallwatch "
}

test_clang_builds_it_without_a_warning() {
    need clang
    build BUILD="$FOLDER/clang" CC=clang OPTIMISE=-O1
    clang/wallwatch replay -q -o out scene:rear-wall
    ww 0 replay -q -o other scene:rear-wall
    # Both compilers make the same events.
    cmp out/events.jsonl other/events.jsonl
}

test_a_second_make_does_nothing() {
    build BUILD="$SHARED/gcc" CC=gcc
    build BUILD="$SHARED/gcc" CC=gcc
    equal "$(grep -cE 'CC|LD|AR' make.log)" 0 "steps of the second build"
}

test_an_edited_header_rebuilds_what_includes_it() {
    build BUILD="$SHARED/gcc" CC=gcc
    build BUILD="$SHARED/gcc" CC=gcc -W "$ROOT/pipeline/detect/tracker.h" -W pipeline/detect/tracker.h
    grep -q 'CC pipeline/detect/tracker.c' make.log
    grep -q 'CC pipeline/detect/events.c' make.log
    ! grep -q 'CC pipeline/sink/text.c' make.log
}

test_help_lists_what_can_be_done() {
    "$MAKE" -C "$ROOT" -s help >help
    local target
    for target in demo test install lint sanitize bench fuzz clean; do
        grep -qE "^  $target +[a-z]" help || fail "make help does not tell $target"
    done
}

test_what_is_missing_is_only_named_with_no_install() {
    # A list of installed packages that is empty makes all of them missing.
    mkdir bin
    printf '#!/bin/sh\nexit 1\n' >bin/dpkg-query
    printf '#!/bin/sh\ntouch %s/installed\n' "$FOLDER" >bin/apt-get
    cp bin/apt-get bin/sudo
    chmod +x bin/*
    PATH=$FOLDER/bin:$PATH NO_INSTALL=1 sh "$ROOT/pipeline/packages.sh" build >list
    grep -qE '^  libjansson-dev +writes and reads the event log$' list
    grep -q 'NO_INSTALL is set' list
    [ ! -e installed ] || fail "something was installed"
}

test_demo_shows_the_intruder() {
    "$MAKE" -C "$ROOT" -s demo BUILD="$BUILD" NO_INSTALL=1 >demo.log 2>&1
    grep -q '^time .*event$' demo.log
    grep -q 'rear-wall  motion' demo.log
    grep -q '^  snapshots/.*-original.jpg$' demo.log
    grep -q '^  clips/.*mp4$' demo.log
    equal "$(grep -c 'rear-wall  motion  ' demo.log)" 1 "rows of the table"
}
