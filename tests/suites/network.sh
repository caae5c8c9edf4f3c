# Network cameras: a real RTSP server and an HTTP one, on loopback. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need ffmpeg jq busybox
    /usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' || skip "there is no GStreamer RTSP server for Python"
}

listens() { [ "$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$(printf %04X "$1")" '$4 == "0A" && $2 ~ port "$"' | wc -l)" -gt 0 ]; }

# A port that nobody listens at.
free_port() {
    local port
    for port in $(shuf -i 20000-60000 -n 50); do
        listens "$port" || { echo "$port"; return; }
    done
    fail "no free port"
}

serve_rtsp() { # port, file and codec, where they are others
    /usr/bin/python3 "$ROOT/tests/tools/rtsp_server.py" "$1" "$SHARED/${2:-rtsp.mp4}" "${3:-h264}" >>server.log 2>&1 &
    server=$!
}

serve_http() {
    ffmpeg -v error -nostdin -re -stream_loop -1 -i "$SHARED/http.avi" -c copy -f mpjpeg -listen 1 \
        -content_type 'multipart/x-mixed-replace;boundary=ffmpeg' "http://127.0.0.1:$1/stream" 2>>server.log &
    server=$!
}

site() { # source
    cat >site.yaml <<END
cameras: [{name: yard, source: "$1", capture: {stall: 2s}}]
END
}

test_rtsp_that_is_killed_and_restarted() {
    local port
    recording rtsp.mp4 mp4 -vf scale=640:360 -c:v libx264 -preset ultrafast -bf 0 -g 15
    port=$(free_port)
    serve_rtsp "$port"
    soon 20 listens "$port"
    site "rtsp://127.0.0.1:$port/wall"
    begin -c site.yaml
    soon 30 told online
    kill -KILL $server
    soon 20 told lost
    serve_rtsp "$port"
    soon 40 told recovered
    soon 60 has_begun
    soon 90 log_has '"type":"motion","phase":"end"' # who is told in the first frames is followed through the rest
    finish
    equal "$(events out 'select(.type == "motion") | .size | join("x")' | sort -u)" 640x360 size
    within "$(jq '.cameras[0].analysed' stats)" 30 10000 analysed
    chain_holds out
    evidence_holds out
    all_ended out
}

frames_of() { ffmpeg -v error -nostdin -i "$1" -f framemd5 - | sed -n 's/.*, //p' | sort -u; } # video

# A clip is what the camera sent, from before the event on, in its own codec.
test_clips_of_cameras_that_send_h264_and_h265() {
    local WITH_CLIPS=yes name port clip
    recording rtsp.mp4 mp4 -vf scale=640:360 -c:v libx264 -preset ultrafast -bf 0 -g 15
    recording rtsp265.mp4 mp4 -vf scale=640:360 -tag:v hvc1 -c:v libx265 -preset ultrafast -bf 0 -g 15 -x265-params log-level=none
    echo 'cameras:' >site.yaml
    for name in h264:rtsp.mp4 h265:rtsp265.mp4; do
        port=$(free_port)
        serve_rtsp "$port" "${name#*:}" "${name%:*}"
        soon 20 listens "$port"
        echo "  - {name: ${name%:*}, source: \"rtsp://127.0.0.1:$port/wall\"}" >>site.yaml
    done
    begin -c site.yaml
    soon 60 log_has '"motion","phase":"start".*"camera":"h264"'
    soon 60 log_has '"motion","phase":"start".*"camera":"h265"'
    finish
    for name in h264:rtsp.mp4 h265:rtsp265.mp4; do
        clip=out/$(clips out "select(.camera == \"${name%:*}\") | .clip" | head -1)
        equal "$(ffprobe -v error -show_entries stream=codec_name,width,height -of csv=p=0 "$clip" | sed s/hevc/h265/)" "${name%:*},640,360" "its stream"
        equal "$(comm -23 <(frames_of "$clip") <(frames_of "$SHARED/${name#*:}"))" "" "frames of the clip that were not sent"
        within "$(frames_of "$clip" | wc -l)" 60 1000 "frames of the clip"
    done
    chain_holds out
    evidence_holds out
}

test_http_mjpeg_that_is_killed_and_restarted() {
    recording http.avi avi -vf scale=640:360 -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    local port
    port=$(free_port)
    site "http://127.0.0.1:$port/stream"
    serve_http "$port"
    soon 10 listens "$port"
    begin -c site.yaml
    soon 30 told online
    soon 60 has_begun
    kill -KILL $server
    soon 20 told lost
    serve_http "$port"
    soon 40 told recovered
    finish
    chain_holds out
    evidence_holds out
    # JPEGs are kept as they came.
    within "$(find out/snapshots -name '*-original.jpg' | wc -l)" 1 9 originals
}

test_nobody_listens() {
    local port
    port=$(free_port)
    site "rtsp://admin:secret@127.0.0.1:$port/x"
    begin -c site.yaml
    soon 20 told lost
    finish
    says "yard: lost: rtsp://127.0.0.1:$port/x: cannot connect: Connection refused"
    ! grep -q secret .err out/events.jsonl || fail "the password is in the log"
}

# Accepts and says nothing.
test_a_camera_that_does_not_answer() {
    local port
    port=$(free_port)
    sleep 100 | busybox nc -l -p "$port" >/dev/null &
    soon 10 listens "$port"
    site "rtsp://127.0.0.1:$port/x"
    begin -c site.yaml
    soon 20 told lost
    local before
    before=$(date +%s%N)
    finish
    within $((($(date +%s%N) - before) / 1000000)) 0 5000 "milliseconds to the end"
    says "no answer for 2 seconds"
}

test_a_page_that_is_no_camera() {
    local port
    port=$(free_port)
    mkdir page
    echo '<html>not a camera</html>' >page/index.html
    (cd page && exec busybox httpd -f -p "127.0.0.1:$port") &
    soon 10 listens "$port"
    site "http://127.0.0.1:$port/index.html"
    begin -c site.yaml
    soon 20 told lost
    finish
    says "what came is no video"
}
