#!/usr/bin/env bash
# How many live cameras one core takes, and how late it is. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/live.sh [RECORDING]
#
# Synthetic cameras, MJPEG of 1280×720 at 15 frames a second, go through the same feeds, threads and sink as
# those of `wallwatch run`, at real pace, all on one core. RECORDING is what they see; without one, the traffic
# camera of the footage or the built-in scene.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
SECONDS_EACH=${SECONDS_EACH:-10}
work=$BUILD/bench/work
footage=${WALLWATCH_FOOTAGE:-../shared/footage}
mkdir -p "$work"
export LC_ALL=C

. bench/video.sh
mjpeg=$work/live.avi
ffmpeg -v error -y -i "$video" -an -c:v mjpeg -q:v 5 -pix_fmt yuvj420p "$mjpeg"

live() { # cameras, rate, what
    rm -rf "$work/live"
    taskset -c 0 "$BUILD/bench/live" "$work/live" "$1" "$SECONDS_EACH" "$2" "$3"
}

row() {
    jq -r '[.cameras, (.frames / '"$SECONDS_EACH"' | round), (.dropped * 100 / .frames * 100 | round / 100),
            (.cpu * 1000 | round / 10), .frame_median_ms, .frame_p99_ms, .event_p99_ms, (.mb_a_camera * 10 | round / 10), .events]
           | @tsv' | awk -F '\t' '{printf "  %7s %9s %8s %% %5s %% %9s %9s %11s %12s %7s\n", $1, $2, $3, $4, $5, $6, $7, $8, $9}'
}

echo "MJPEG 1280×720, 15 a second, $(($(stat -c %s "$mjpeg") / $(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 "$mjpeg" | tr -d ,) / 1024)) KB a frame, one core; latencies in ms from the camera:"
printf '  %7s %9s %10s %7s %9s %9s %11s %12s %7s\n' cameras frames/s dropped CPU median p99 "event p99" "MB a camera" events
most=0
for cameras in 1 10 20 30 40 50 60 70 80; do
    result=$(live $cameras 15 "$mjpeg")
    row <<<"$result"
    if jq -e '.dropped < .frames * 0.01' <<<"$result" >/dev/null; then most=$cameras; else break; fi
done
echo "at least $most cameras on one core with less than 1 % of frames dropped; at half of that:"
result=$(live $((most / 2)) 15 "$mjpeg")
row <<<"$result"
echo
echo "YUYV 640×480, 10 a second, one camera that sees nothing:"
live 1 10 yuyv | row
