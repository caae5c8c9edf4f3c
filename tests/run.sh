#!/usr/bin/env bash
# Runs suites of tests and counts. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build tests/run.sh [SUITE…]      all of tests/suites without one
#   ONLY=regular-expression                only tests whose name has it
#   EXCEPT=regular-expression              none whose name has it
#
# A suite is a file of functions test_what_is_so, each run in a folder of its own, in a shell that ends at
# the first command that fails. What `skip` is called in counts as skipped; REQUIRE_ALL=1 makes that a
# failure, but for `skip_without`. A suite can define `means`, which calls `skip` where the suite cannot run at all.
set -u
cd "$(dirname "$0")/.."
ROOT=$PWD
export ROOT
case ${BUILD:=build} in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
export BUILD CC="${CC:-cc}" MAKE="${MAKE:-make}"
export WALLWATCH=$BUILD/wallwatch
export FOOTAGE=${WALLWATCH_FOOTAGE:-$ROOT/../shared/footage}
export TZ=UTC LC_ALL=C.UTF-8
exec 3>&- 4>&- 5>&- 6>&- # the jobs of make: it would wait for whoever holds them
unset WALLWATCH_CPU MAKEFLAGS MFLAGS MAKELEVEL
scratch=$(mktemp -d "${TMPDIR:-/tmp}/wallwatch-tests.XXXXXX")
SHARED=$scratch/shared # what several tests make once
export SHARED
mkdir "$SHARED"
beside= # the other lane, which Ctrl-C does not reach
trap '[ -z "$beside" ] || kill "$beside" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

passed=0 failed=0 skipped=0
failures=() # their names again at the end, where a long report is read first

report() { # status, name, folder
    local what=${2//_/ }
    case $1 in
    0) passed=$((passed + 1)); printf 'ok       %s\n' "$what" ;;
    78)
        skipped=$((skipped + 1))
        printf 'skipped  %s: %s\n' "$what" "$(cat "$3/skipped")" ;;
    77)
        if [ "${REQUIRE_ALL:-0}" != 0 ]; then
            failed=$((failed + 1))
            failures+=("$what")
            printf 'FAILED   %s: skipped (%s), and REQUIRE_ALL is set\n' "$what" "$(cat "$3/skipped")"
        else
            skipped=$((skipped + 1))
            printf 'skipped  %s: %s\n' "$what" "$(cat "$3/skipped")"
        fi ;;
    *)
        failed=$((failed + 1))
        [ "$1" != 124 ] || echo "ended after ${TEST_SECONDS:-1200} seconds" >>"$3/.log"
        failures+=("$what")
        printf 'FAILED   %s\n' "$what"
        tail -n 40 "$3/.log" | sed 's/^/         | /' ;;
    esac
}

run_in_folder() { # suite file, name of the function; leaves $folder for report
    folder=$(mktemp -d "$scratch/XXXXXX")
    timeout -k 5 "${TEST_SECONDS:-1200}" bash -euE -o pipefail -c '. tests/harness.sh; . "$1"; export FOLDER=$3; cd "$3"; "$2"' _ \
        "$1" "$2" "$folder" >"$folder.log" 2>&1 </dev/null &
    local group=$! status # timeout leads a process group of its own
    wait "$group"
    status=$?
    kill -KILL -- "-$group" 2>/dev/null # what a test left running
    mkdir -p "$folder"
    mv "$folder.log" "$folder/.log"
    return $status
}

run_test() { # suite file, name of the function
    local began=$SECONDS
    run_in_folder "$1" "$2"
    report $? "${2#test_}$([ $((SECONDS - began)) -lt 20 ] || echo "_($((SECONDS - began)) s)")" "$folder"
    chmod -R u+rwX "$folder" 2>/dev/null
    rm -rf "$folder"
}

run_suites() { # suites
    local suite file status name
    for suite in "$@"; do
        file=tests/suites/$suite.sh
        [ -f "$file" ] || { echo "there is no suite '$suite'; there are $(cd tests/suites && ls | sed 's/\.sh$//' | tr '\n' ' ')" >&2; exit 2; }
        echo "== $suite"
        if grep -q '^means()' "$file"; then
            run_in_folder "$file" means
            status=$?
            [ $status = 0 ] || { report $status "$suite" "$folder"; continue; }
        fi
        while read -r name; do
            [[ $name =~ ${ONLY:-.} && ! $name =~ ${EXCEPT:-^$} ]] || continue
            run_test "$file" "$name"
        done < <(sed -n 's/^\(test_[a-zA-Z0-9_]*\)().*/\1/p' "$file")
    done
}

# What waits for cameras most of the time leaves a core to what does not, and something of that is added, so that both
# lanes take as long; the report of this one comes in one piece.
waiting='network run vm console access drill faults clips'

run_all() {
    local others count began took
    began=$(date +%s)
    others=$(cd tests/suites && printf '%s\n' *.sh | sed 's/\.sh$//' | grep -vxE "${waiting// /|}|sanitize")
    export JOBS=1 # each lane has a core: an emulated machine that gets none has no time for its cameras
    # shellcheck disable=SC2086
    bash tests/run.sh $waiting >"$scratch/beside" 2>&1 &
    beside=$!
    # shellcheck disable=SC2086
    run_suites $others
    took=$(($(date +%s) - began))
    wait "$beside"
    beside=
    sed '/^failed: /d;$d' "$scratch/beside"
    mapfile -t -O ${#failures[@]} failures < <(sed -n 's/^failed:  //p' "$scratch/beside")
    read -r -a count < <(tail -n 1 "$scratch/beside" | tr -d ',a-z')
    [ ${#count[@]} = 3 ] || { tail -n 1 "$scratch/beside"; count=(0 1 0); }
    passed=$((passed + count[0])) failed=$((failed + count[1])) skipped=$((skipped + count[2]))
    unset JOBS
    echo "== that took $took s, and $(($(stat -c %Y "$scratch/beside") - began)) s what waits: $waiting"
    run_suites sanitize
}

if [ $# = 0 ]; then
    run_all
else
    run_suites "$@"
fi
[ ${#failures[@]} = 0 ] || printf 'failed:  %s\n' "${failures[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
