#!/usr/bin/env bash
# What somebody who looks at the console costs. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/viewers.sh [RECORDING]
#
# One network camera, MJPEG of 1280×720 at 15 frames a second, is watched by `wallwatch run`; 0, 1, 10 and 30
# viewers take its stream as it comes, and then 500 clients ask for the list of cameras as fast as they can. The
# processor time is that of wallwatch alone.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
SECONDS_EACH=${SECONDS_EACH:-15}
work=$BUILD/bench/work
footage=${WALLWATCH_FOOTAGE:-../shared/footage}
mkdir -p "$work"
export LC_ALL=C

. bench/video.sh
ffmpeg -v error -y -t 20 -i "$video" -an -vf scale=1280:720,fps=15 -c:v mjpeg -q:v 5 -pix_fmt yuvj420p "$work/viewers.avi"
port=$((20000 + RANDOM % 20000))
trap 'kill $(jobs -p) 2>/dev/null' EXIT
ffmpeg -v error -nostdin -re -stream_loop -1 -i "$work/viewers.avi" -c copy -f mpjpeg -listen 1 \
    -content_type 'multipart/x-mixed-replace;boundary=ffmpeg' "http://127.0.0.1:$port/" &
sleep 1
rm -rf "$work/viewers"
"$BUILD/wallwatch" run -o "$work/viewers" --record none --console=127.0.0.1:0 "http://127.0.0.1:$port/" 2>"$work/viewers.log" &
until url=$(sed -n 's/^the console is at //p' "$work/viewers.log") && [ -n "$url" ] && curl -sf -o /dev/null "${url}healthz"; do sleep 0.2; done
camera=$(curl -s "${url}api/cameras" | jq -r '.cameras[0].name')

figure() { curl -s "${url}metrics" | awk -v name="$1" 'index($1, name) == 1 { print $2 }'; }

# Sets $used, of a core, and $dropped meanwhile.
measure() {
    local cpu frames
    cpu=$(figure wallwatch_cpu_seconds_total) frames=$(figure wallwatch_camera_frames_dropped_total)
    sleep "$SECONDS_EACH"
    sleep 1.1 # figures are made once a second
    used=$(awk -v a="$cpu" -v b="$(figure wallwatch_cpu_seconds_total)" -v s="$SECONDS_EACH" 'BEGIN { print 100 * (b - a) / (s + 1.1) }')
    dropped=$(($(figure wallwatch_camera_frames_dropped_total) - frames))
}

echo "MJPEG 1280×720, 15 a second; per cent of a core:"
printf '  %8s %8s %12s %8s %10s\n' viewers CPU "a viewer" dropped "peak MB"
alone=
for viewers in 0 1 10 30; do
    clients=()
    for ((i = 0; i < viewers; i++)); do
        curl -sN -o /dev/null "${url}api/cameras/$camera/stream" &
        clients+=($!)
    done
    sleep 2
    measure
    alone=${alone:-$used}
    awk -v n=$viewers -v used="$used" -v alone="$alone" -v dropped=$dropped -v peak="$(figure wallwatch_peak_memory_bytes)" \
        'BEGIN { printf "  %8d %8.1f %12s %8d %10.1f\n", n, used, n ? sprintf("%.2f", (used - alone) / n) : "", dropped, peak / 1e6 }'
    [ $viewers = 0 ] || kill "${clients[@]}"
done
wrk -t 2 -c 500 -d "$((SECONDS_EACH + 3))s" "${url}api/cameras" >"$work/wrk" &
sleep 2
measure
awk -v used="$used" -v dropped=$dropped -v peak="$(figure wallwatch_peak_memory_bytes)" \
    'BEGIN { printf "  %8s %8.1f %12s %8d %10.1f\n", "500 wrk", used, "", dropped, peak / 1e6 }'
sed -n 's/^ *\(.*requests in.*\)/  \1/p; s/^ *\(Socket errors.*\)/  \1/p' "$work/wrk"

# In a browser, of a scene that somebody climbs into again and again.
command -v chromedriver >/dev/null || exit 0
mkdir -p "$work/page"
rm -rf "$work/page/out"
printf 'cameras: [{name: a, source: "scene:rear-wall", walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left}]}]\n' >"$work/page/site.yaml"
"$BUILD/wallwatch" run -o "$work/page/out" -c "$work/page/site.yaml" --record none --console=127.0.0.1:0 2>"$work/page/log" &
until url=$(sed -n 's/^the console is at //p' "$work/page/log") && [ -n "$url" ] && curl -sf -o /dev/null "${url}healthz"; do sleep 0.2; done
HOME=$(mktemp -d) python3 bench/page.py "$url" "$work/page/out/events.jsonl"
