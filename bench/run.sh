#!/usr/bin/env bash
# Whole replays against the bare decoder and against what people use today. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/run.sh [FILE]
#
# All that is compared runs on the same frames, in turns, ROUNDS times (7): what the machine does
# meanwhile meets all of them. Given are the median and, in brackets, the least and the greatest.
# FILE is a recording of 1280×720; without one, the traffic camera of the footage or the built-in scene.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-7}
work=$BUILD/bench/work
footage=${WALLWATCH_FOOTAGE:-../shared/footage}
mkdir -p "$work"
export LC_ALL=C
TIMEFORMAT='%U %S %R'

. bench/video.sh
mjpeg=$work/mjpeg.avi
ffmpeg -v error -y -i "$video" -an -c:v mjpeg -q:v 5 -pix_fmt yuvj420p "$mjpeg"
for _ in 1 2 3 4 5 6 7 8; do echo "file '$(realpath "$video")'"; done >"$work/list"
ffmpeg -v error -y -f concat -safe 0 -i "$work/list" -an -c copy "$work/long.mp4"
frames=$("$BUILD/bench/bare_decoder" "$video")

wallwatch() { rm -rf "$work/out"; "$BUILD/wallwatch" replay -q -o "$work/out" --stats "$work/stats" "$@"; }
one_core() { taskset -c 0 "$@"; }
export -f wallwatch

bare() { one_core "$BUILD/bench/bare_decoder" "$1"; }
ours() { rm -rf "$work/out"; one_core "$BUILD/wallwatch" replay -q --threads 1 -o "$work/out" --stats "$work/stats" "$1"; }
mog2() { one_core "$BUILD/bench/opencv_mog2" "$1"; }
# Motion plays a file as a camera, at its own pace and again and again: it is ended after the first time.
motion_once() {
    local conf=$work/motion.conf log=$work/motion.log pid
    rm -f "$log"
    printf '%s\n' 'daemon off' "log_file $log" 'log_level 6' "netcam_url file://$(realpath "$1")" 'width 1280' \
        'height 720' 'framerate 100' 'picture_output off' 'movie_output off' 'webcontrol_port 0' 'stream_port 0' \
        "target_dir $work/motion" >"$conf"
    taskset -c 0 motion -n -c "$conf" 2>/dev/null &
    pid=$!
    until grep -qs Reconnecting "$log" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
    kill -KILL $pid 2>/dev/null || :
    wait $pid 2>/dev/null || :
}
scene() { one_core ffmpeg -v error -threads 1 -i "$1" -an -vf "select='gt(scene,0.05)'" -f null -; }

# Appends "name cpu wall" for one run.
measure() { # name, file, function
    local spent user system wall
    { spent=$( { time "$3" "$2" >/dev/null; } 2>&1 | tail -1); }
    read -r user system wall <<<"$spent"
    awk -v n="$1" -v u="$user" -v s="$system" -v w="$wall" 'BEGIN {print n, u + s, w}' >>"$4"
}

# name: median [min–max] of cpu milliseconds a frame, and of the ratio to the first contender.
table() { # results, frames
    awk -v frames="$2" '
        function sorted(values, count,   i, j, t) {
            for (i = 2; i <= count; i++) for (j = i; j > 1 && values[j - 1] > values[j]; j--) {
                t = values[j]; values[j] = values[j - 1]; values[j - 1] = t } }
        !($1 in count) {names[++n] = $1}
        {cpu[$1, ++count[$1]] = $2}
        END {
            printf "  %-34s %-26s %s\n", "", "CPU ms a frame", "of the bare decoder"
            for (k = 1; k <= n; k++) {
                name = names[k]; c = count[name]
                for (i = 1; i <= c; i++) {a[i] = cpu[name, i] * 1000 / frames; r[i] = cpu[name, i] / cpu[names[1], i]}
                sorted(a, c); sorted(r, c); m = int((c + 1) / 2)
                shown = name; gsub("_", " ", shown)
                printf "  %-34s %-26s %s\n", shown, sprintf("%.2f [%.2f–%.2f]", a[m], a[1], a[c]), \
                    sprintf("%.2f × [%.2f–%.2f]", r[m], r[1], r[c])
            }
        }' "$1"
}

compare() { # title, file
    local results=$work/results round
    : >"$results"
    for round in $(seq "$ROUNDS"); do
        measure bare_decoder "$2" bare "$results"
        measure wallwatch "$2" ours "$results"
        measure "ffmpeg,_its_scene_filter" "$2" scene "$results"
        [ ! -x "$BUILD/bench/opencv_mog2" ] || [ "$round" -gt 3 ] || measure "OpenCV_MOG2_and_opening" "$2" mog2 "$results"
        ! command -v motion >/dev/null || [ "$round" -gt 1 ] || measure "Motion,_which_plays_at_25_a_second" "$2" motion_once "$results"
    done
    echo "$1, $frames frames, one core:"
    table "$results" "$frames"
    "$BUILD/wallwatch" --version | sed -n 's/^kernels/  kernels/p'
    echo
}

scaling() { # title, file
    local results=$work/scaling threads round
    : >"$results"
    for round in $(seq "$ROUNDS"); do
        for threads in 1 2; do
            rm -rf "$work/out"
            "$BUILD/wallwatch" replay -q --threads $threads -o "$work/out" --stats "$work/stats" "$2"
            echo "$threads $(jq -r '"\(.wall_s) \(.peak_rss_kb)"' "$work/stats")" >>"$results"
        done
    done
    awk -v title="$1" '
        $1 == 1 {one = $2; if ($3 > memory1) memory1 = $3}
        $1 == 2 {ratio[++n] = one / $2; if ($3 > memory2) memory2 = $3}
        END {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && ratio[j - 1] > ratio[j]; j--) {
                t = ratio[j]; ratio[j] = ratio[j - 1]; ratio[j - 1] = t }
            printf "  %-34s %-26s %.0f and %.0f MB\n", title, \
                sprintf("%.2f × [%.2f–%.2f]", ratio[int((n + 1) / 2)], ratio[1], ratio[n]), memory1 / 1024, memory2 / 1024
        }' "$results"
}

compare "H.264, $(basename "$video")" "$video"
compare "MJPEG of the same frames, $(($(stat -c %s "$mjpeg") / frames / 1024)) KB each" "$mjpeg"
printf '%-36s %-26s %s\n' "Two cores against one" "speed" "peak memory with one and two threads"
scaling "H.264" "$video"
scaling "H.264, eight times as long" "$work/long.mp4"
scaling "MJPEG" "$mjpeg"
