# Parts of the program, one by one; and each kernel against its reference. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

unit() { # name
    "$BUILD/tests/unit/$1"
}

test_kernels() { unit kernels; }
test_blobs() { unit blobs; }
test_clutter() { unit clutter; }
test_foreground() { unit foreground; }
test_tracker() { unit tracker; }
test_detector() { unit detector; }
test_intruders() { unit intruders; }
test_walls() { unit walls; }
test_decode() { unit decode; }
test_event_log() { unit event_log; }
test_sink() { unit sink; }
test_site() { unit site; }
test_values() { unit values; }
test_live() { unit live; }
test_feed() { unit feed; }
test_vector_count() { unit vector_count; }
test_coverage() { unit coverage; }
test_drill() { unit drill; }
test_course() { unit course; }
test_clips() { unit clips; }
test_clip_writer() { unit clip_writer; }
test_console() { unit console; }
test_access() { unit access; }
test_hindsight() { unit hindsight; }

test_every_unit_program_is_run_here() {
    local source name
    for source in "$ROOT"/tests/unit/*.c; do
        name=$(basename "$source" .c)
        grep -q "unit $name;" "$ROOT/tests/suites/unit.sh" || fail "tests/unit/$name.c is run by nothing"
    done
}

# The detector gives the same events on every instruction set: the scene's log and masks are one.
test_every_instruction_set_gives_the_same_bytes() {
    local isa sum first='' known=0
    for isa in reference sse2 avx2 avx512 neon; do
        rm -rf out_$isa masks
        WALLWATCH_CPU=$isa "$WALLWATCH" replay -q -o out_$isa --masks masks scene:rear-wall 2>err || {
            grep -q 'does not have' err || fail "$(cat err)"
            continue
        }
        known=$((known + 1))
        sum=$(cat out_$isa/events.jsonl masks/*.png | sha256sum)
        equal "$sum" "${first:=$sum}" "log and masks with $isa"
    done
    within $known 2 5 'instruction sets'
}
