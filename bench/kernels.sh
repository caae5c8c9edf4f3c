#!/usr/bin/env bash
# The hot loop next to OpenCV's, on the same grey frames in turns, and every kernel. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/kernels.sh [FILE]
#
# Given is the median of ROUNDS (5) rounds, each the median over its frames; one thread where it does not say two.
# FILE is a recording; without one, the traffic camera of the footage or the built-in scene.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-5}
work=$BUILD/bench/work
footage=${WALLWATCH_FOOTAGE:-../shared/footage}
mkdir -p "$work"
export LC_ALL=C

. bench/video.sh

# Microseconds a frame, and how many times as fast as OpenCV's MOG2 and its difference + threshold + count.
table() { # results
    awk '
        function median(values, count,   i, j, t) {
            for (i = 2; i <= count; i++) for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
                t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
            return values[int((count + 1) / 2)]
        }
        { if (!($1 in n)) order[++names] = $1; all[$1, ++n[$1]] = $2 }
        END {
            for (i = 1; i <= names; i++) {
                for (j = 1; j <= n[order[i]]; j++) one[j] = all[order[i], j]
                of[order[i]] = median(one, n[order[i]])
            }
            printf "  %-32s %10s", "", "µs/frame"
            if ("opencv-mog2" in of) printf " %9s %13s", "MOG2/it", "difference/it"
            print ""
            for (i = 1; i <= names; i++) {
                printf "  %-32s %10.1f", order[i], of[order[i]]
                if ("opencv-mog2" in of)
                    printf " %9.1f %13.2f", of["opencv-mog2"] / of[order[i]], of["opencv-difference"] / of[order[i]]
                print ""
            }
        }' "$1"
}

for size in 640x360 1280x720 3840x2160; do
    width=${size%x*} height=${size#*x} frames=150
    [ "$width" -lt 3840 ] || frames=40
    ffmpeg -v error -y -i "$video" -an -vf "scale=$width:$height" -frames:v $frames -pix_fmt gray -f rawvideo "$work/grey"
    : >"$work/results"
    for ((round = 0; round < ROUNDS; round++)); do
        for program in hot_loop opencv_hot_loop; do
            [ ! -x "$BUILD/bench/$program" ] || "$BUILD/bench/$program" "$work/grey" "$width" "$height" >>"$work/results"
        done
    done
    echo "== $size, $frames frames of $(basename "$video")"
    table "$work/results"
done
rm -f "$work/grey"
echo "== kernels"
"$BUILD/wallwatch" bench
