# The same tests under sanitizers. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    case $BUILD in *address* | *thread*) skip "this is such a run" ;; esac
}

under() { # sanitizers, suites
    "$MAKE" -C "$ROOT" -j"$(nproc)" BUILD="$ROOT/build/${1/,/-}" SANITIZE="$1" WERROR= \
        tests SUITES="${*:2}" TEST_SECONDS=600 >log.txt 2>&1 || { grep -A 42 -E '^FAILED|rror:' log.txt | tail -80; return 1; }
    tail -1 log.txt
}

test_addresses_and_undefined_behaviour() { under address,undefined unit replay bad-input events run network; }

# Slower by ten: what has threads in it.
test_threads() {
    export ONLY='decode|event_log|h264|avi_with_mjpeg|mjpeg_on_standard|damaged|sigterm|waits|vanishes'
    ONLY+='|feed|scene_until|sighup|told_once|for_a_while|killed_and'
    under thread unit replay bad-input run network
}
