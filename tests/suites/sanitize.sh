# The same tests under sanitizers. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
export PATIENCE=4

means() {
    case $BUILD in *address* | *thread*) skip "this is such a run" ;; esac
}

make_under() { # sanitizers, target, variables
    "$MAKE" -C "$ROOT" -j"$(nproc)" BUILD="$ROOT/build/${1/,/-}" SANITIZE="$1" WERROR= OPTIMISE='-O1 -g1' "${@:2}"
}

build_under() { # sanitizers; what runs side by side must not build side by side
    make_under "$1" test-programs >log.build 2>&1 || { tail -30 log.build; return 1; }
}

under() { # sanitizers, suites
    make_under "$1" tests SUITES="${*:2}" TEST_SECONDS=600 >"log.$2" 2>&1 ||
        { grep -A 42 -E '^FAILED|rror:' "log.$2" | tail -80; grep '^failed: ' "log.$2"; return 1; }
    tail -1 "log.$2"
}

# What waits for cameras leaves a core to what does not. Left out is what runs through the same code as others.
test_addresses_and_undefined_behaviour() {
    local kinds=address,undefined status=0
    export ASAN_OPTIONS=quarantine_size_mb=64 # what was freed must not be taken for what is used
    build_under $kinds
    EXCEPT='clips_of_cameras|while_clips|slow_clients|five_hundred|guard_sees|sixteen|with_a_browser|that_are_none|each_address|a_cut_avi' under $kinds run network bad-input console access &
    EXCEPT='raw_mjpeg|transport_stream|avi_with_mpeg4|masks_are|number_of_threads|only_the_alarms|how_severe'
    EXCEPT+='|clock_on_the_wall|gap_joins|snapshot_tells|box_is_drawn|in_the_order_of|is_25_unless|lamps_that'
    EXCEPT+='|who_goes_out|folder_of_jpegs|mkv_with|avi_with_mjpeg|statistics|progress_is|time_comes|infrared'
    EXCEPT+='|log_is_continued|without_o|who_leaves|copied|pictures_and|browser|altered_clip|expire|no_room|course_of'
    EXCEPT+='|folder_of_pngs|json_is_the|csv|a_table|that_is_open|seconds_before'
    EXCEPT+='|every_instruction_set|days_before|zone_limits|filters|nothing_while|what_is_ignored|local_time'
    export EXCEPT
    under $kinds unit replay events clips || status=$?
    wait $! || status=$?
    return $status
}

# Slower by ten: what has threads in it.
test_threads() {
    local status=0
    export ONLY='decode|event_log|test_sink|clips|h264_is|mjpeg_on_standard|damaged_stream|sigterm|waits|vanishes'
    ONLY+='|feed|scene_until|sighup|told_once|for_a_while|killed_and|live_camera_drills|coverage|seconds_before|news_are|ends_at_once|console|walls_are_saved|access|sessions_begin|every_route'
    build_under thread
    # Slowed down this much, a camera may not end in time; it is left alone then, and so is its thread.
    TSAN_OPTIONS=report_thread_leaks=0 EXCEPT='clips_of_cameras|while_clips' \
        under thread run network console access drill &
    under thread unit replay bad-input clips || status=$?
    wait $! || status=$?
    return $status
}
