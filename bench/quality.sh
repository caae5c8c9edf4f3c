#!/usr/bin/env bash
# How often the detector is right. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/quality.sh [SECONDS]
#
# First every CDnet-style folder under the footage (input/, groundtruth/, temporalROI.txt), next to OpenCV's MOG2 and
# KNN on the same frames; then made-up sites, SECONDS (600) of each distraction, with $BUILD/bench/misses.pgm.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
footage=${WALLWATCH_FOOTAGE:-../shared/footage}
work=$BUILD/bench/work
mkdir -p "$work"
export LC_ALL=C

score() { # name, masks, folder, first, last
    printf '  %-28s %s\n' "$1" "$("$BUILD/bench/score" "$2" "$3/groundtruth" "$4" "$5")"
}

for roi in "$footage"/cdnet/*/temporalROI.txt; do
    [ -f "$roi" ] || { echo "no CDnet-style recordings in $footage/cdnet"; break; }
    folder=$(dirname "$roi")
    read -r first last <"$roi" || : # its line need not end
    echo "== $(basename "$folder"), frames $first to $last"
    for level in low normal high; do
        rm -rf "$work/masks" "$work/out"
        "$BUILD/wallwatch" replay -q -o "$work/out" --masks "$work/masks" --sensitivity $level "$folder/input"
        score "wallwatch, $level" "$work/masks" "$folder" "$first" "$last"
    done
    printf 'cameras:\n  - name: light\n    analyse: {model: light}\n' >"$work/light.yaml"
    rm -rf "$work/masks" "$work/out"
    "$BUILD/wallwatch" replay -q -o "$work/out" --masks "$work/masks" -c "$work/light.yaml" "$folder/input"
    score "wallwatch, model: light" "$work/masks" "$folder" "$first" "$last"
    for model in mog2 knn; do
        [ -x "$BUILD/bench/opencv_masks" ] || break
        for colour in grey colour; do
            rm -rf "$work/masks"
            mkdir "$work/masks"
            "$BUILD/bench/opencv_masks" $model $colour "$folder/input" "$work/masks"
            score "OpenCV $model, $colour, 5×5 median" "$work/masks" "$folder" "$first" "$last"
        done
    done
done

echo "== people at walls, on foot at 0.2 to 4 m/s and over the top, 5 to 30 frames a second"
"$BUILD/bench/quality" --crossings --seed 1 || echo "what is wrong is told above"

echo "== tampering with made-up sites and with the recordings, at ten strengths"
recordings=()
for recording in "$footage"/*.avi "$footage"/*.mp4 "$footage"/cdnet/*/input; do
    [ ! -e "$recording" ] || recordings+=("$recording")
done
"$BUILD/bench/quality" --tampering --seed 1 "${recordings[@]}" || echo "what is wrong is told above"

echo "== what rules and health cost"
"$BUILD/bench/quality" --shares

echo "== made-up sites, ${1:-600} s of each distraction, which the detector was not made with"
"$BUILD/bench/quality" --seed 1 --seconds "${1:-600}" --sheet "$BUILD/bench/misses.pgm" || echo "what is wrong is in $BUILD/bench/misses.pgm"
