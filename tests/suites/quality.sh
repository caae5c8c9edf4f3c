# Made-up sites: what is no intruder is not told, and who comes is. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    case $BUILD in *address* | *thread*) skip "the detector alone, judged once" ;; esac
    "$MAKE" -s -C "$ROOT" BUILD="$BUILD" WERROR= "$BUILD/bench/quality"
}

# Half a minute without anybody, somebody who walks, and somebody who climbs over the wall.
only() { # distraction, frames a second
    "$BUILD/bench/quality" --short --only "$1" --rate "${2:-10}" >table 2>wrong || { cat table wrong; false; }
    grep -q "^$1  *0/0 *2/2 " table
}

test_nothing_at_all() { only none; }
test_foliage() { only foliage; }
test_rain() { only rain; }
test_snow() { only snow; }
test_fog() { only fog; }
test_shadows_of_clouds() { only clouds; }
test_shadows_of_people_outside() { only outside-shadows; }
test_headlights() { only headlights; }
test_birds() { only birds; }
test_insects() { only insects; }
test_small_animals() { only animals; }
test_paper_in_the_wind() { only paper; }
test_a_camera_that_shakes() { only shake; }
test_a_camera_that_exposes_anew() { only exposure; }
test_the_switch_to_infrared() { only infrared; }
test_sensor_noise() { only noise; }
test_compression() { only compression; }
test_lamps_that_flicker() { only flicker; }

# The more frames there are, the less one of them tells, and what sways does not sway more often.
test_foliage_in_twenty_frames_a_second() { only foliage 20; }
test_foliage_in_thirty_frames_a_second() { only foliage 30; }
test_five_frames_a_second() { only none 5; }
test_thirty_frames_a_second() { only none 30; }

# Where frames are few, what blinks at the beginning once made the model deaf for half a minute.
test_who_comes_by_night_is_found_in_few_frames() {
    "$BUILD/bench/quality" --only headlights --seconds 15 --rate 5 >table 2>wrong || :
    within "$(awk '$1 == "headlights" {split($3, found, "/"); print found[1]}' table)" 5 6 "found of six"
}

test_what_is_missed_is_shown() {
    # The sheet has a picture of each, a quarter of a frame.
    local status=0
    "$BUILD/bench/quality" --seconds 15 --only noise --sheet sheet.pgm >table 2>wrong || status=$?
    equal $status "$(grep -c 'noise×1' wrong | sed 's/^[1-9][0-9]*$/1/')" status
    local pictures
    pictures=$(wc -l <wrong)
    [ "$pictures" -gt 0 ]
    equal "$(sed -n 2p sheet.pgm)" "$((320 * (pictures < 4 ? pictures : 4))) $((180 * ((pictures + 3) / 4)))" "size of the sheet"
}

test_an_unknown_distraction() {
    local status=0
    "$BUILD/bench/quality" --only ghosts 2>wrong || status=$?
    equal $status 2 status
    grep -q "there is no distraction 'ghosts'" wrong
}

# A metre a second, 15 frames a second: level, upright and slanting walls, up to three people, over the top and back.
test_who_crosses_a_wall_is_told_and_who_does_not_is_not() {
    "$BUILD/bench/quality" --crossings --short >table 2>wrong || { cat table wrong; false; }
    grep -q '^crosses on foot  *18  *36  *36  *36 .* 0$' table
    grep -q '^climbs over  *2  *2  *2  *2 .* 0$' table
    equal "$(awk '$NF == 0' table | wc -l)" 6 "kinds without a false one"
}

# At three strengths, on a made-up site; and what is no tampering: nightfall, lamps, fog, a lorry.
test_tampering_is_told_and_what_only_looks_like_it_is_not() {
    "$BUILD/bench/quality" --tampering --short --seed 3 >table 2>wrong || { cat table wrong; false; }
    cat table
    equal "$(sed '1d; s/^[a-z ]*//' table | awk '$1 > 0' | wc -l)" 12 "kinds" # a name may have two words
}
