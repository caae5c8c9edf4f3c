# Real recordings, where they are at hand. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need jq ffmpeg
    [ -f "$FOOTAGE/traffic_camera.mp4" ] || skip_without "there is no footage in $FOOTAGE (WALLWATCH_FOOTAGE names its folder)"
}

test_the_traffic_camera_has_three_events_in_its_zone() {
    three_events
    printf 'cameras: [{name: traffic, source: /dev/video0, analyse: {fps: 1000}}]\n' >all.yaml
    rm -rf out
    three_events -c all.yaml
}

three_events() {
    local start wanted number=0
    ww 0 replay "$@" --zone 631,532,210,127 -o out "$FOOTAGE/traffic_camera.mp4"
    equal "$(starts out | wc -w)" 3 "number of events"
    for wanted in 9 358 542; do
        number=$((number + 1))
        start=$(starts out | cut -d' ' -f$number)
        within "$start" $((wanted - 12)) $((wanted + 12)) "start of event $number"
    done
    chain_holds out
    evidence_holds out
    all_ended out
    equal "$(find out/snapshots -name '*.jpg' | wc -l)" 6 "number of pictures"
}

test_masks_of_the_highway_are_the_same_with_any_number_of_threads() {
    [ -d "$FOOTAGE/cdnet/highway" ] || skip_without "there is no cdnet/highway in $FOOTAGE"
    local threads sum first=''
    for threads in 1 2 4; do
        rm -rf masks out
        ww 0 replay --masks masks -o out --threads $threads "$FOOTAGE/cdnet/highway/input"
        equal "$(find masks -name 'bin*.png' | wc -l)" 1700 "number of masks"
        sum=$(cat masks/*.png | sha256sum)
        equal "$sum" "${first:=$sum}" "masks with $threads threads"
    done
    $CC -O2 "$ROOT/bench/score.c" -o score $(pkg-config --cflags --libs libpng)
    ./score masks "$FOOTAGE/cdnet/highway/groundtruth" 470 1700 | tee score.txt
    # What the best of OpenCV's subtractors reaches there, in colour and with a median: KNN.
    within "$(awk '{print $6}' score.txt)" 0.876 1 F
}

test_people_on_the_square_are_seen() {
    ww 0 replay -o out "$FOOTAGE/pets_vtest.avi"
    within "$(events out 'select(.phase == "end") | .duration' | awk '{sum += $1} END {print sum}')" 70 80 "seconds with motion"
}

test_cars_on_the_empty_road_are_seen() {
    ww 0 replay -o out --event-gap 0.5 "$FOOTAGE/empty_road.avi"
    within "$(starts out | wc -w)" 2 8 "number of events"
    evidence_holds out
}
