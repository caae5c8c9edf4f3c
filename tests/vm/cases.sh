# What a camera can do to us, on a real kernel. Run in the virtual machine. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
. tests/vm/feed.sh

load() { modprobe -d "$vm_root" "$@"; }

clean_up() {
    local jobs
    jobs=$(jobs -p)
    # shellcheck disable=SC2086
    [ -z "$jobs" ] || kill -KILL $jobs 2>/dev/null || :
    wait
    rmmod vivid 2>/dev/null || :
    rmmod v4l2loopback 2>/dev/null || :
}

attached() { [ -c "$1" ]; }

vivid() { # parameters; a small and quick camera at /dev/video0
    load vivid n_devs=1 node_types=0x1 "$@"
    soon 10 attached "/dev/video${vivid_number:-0}"
}

# An emulated processor needs many times as long: the model that is cheapest does where detection is not the question.
light='analyse: {model: light, width: 320}'

# site FORMAT [MORE-OF-CAPTURE]: watches /dev/video0.
site() {
    cat >site.yaml <<END
cameras:
  - name: yard
    source: /dev/video0
    capture: {format: $1, size: 320x180, fps: 10${2:+, $2}}
    $light
END
}

camera() { jq -r ".cameras[${2:-0}].$1" stats; }

watches() { # seconds; all frames of it must be whole
    begin -c site.yaml --duration "$1"
    wait "$watcher"
    within "$(camera analysed)" 3 1000 analysed
    equal "$(camera corrupt)" 0 corrupt
    equal "$(camera state)" online state
    cat .err
}

test_vivid_in_grey() { vivid; site grey; watches 2; }
test_vivid_in_yuyv() { vivid; site yuyv; watches 2; }
test_vivid_in_nv12() { vivid; site nv12; watches 2; }
test_vivid_in_rgb() { vivid; site rgb24; watches 2; }
test_vivid_in_rgb565_is_converted() { vivid; site RGBP; watches 3; }

# A bar crosses its picture; the snapshot is of the size that was asked for, and there is a clip.
test_vivid_that_moves_is_an_event() {
    local WITH_CLIPS=yes
    vivid
    site yuyv
    v4l2-ctl -d /dev/video0 -c test_pattern=19 # a cross, ten pixels wide
    begin -c site.yaml --event-gap 1
    soon 30 told online
    sleep 1
    v4l2-ctl -d /dev/video0 -c horizontal_movement=5
    soon 30 has_begun
    finish
    all_ended out
    chain_holds out
    evidence_holds out
    equal "$(events out 'select(.type == "motion") | .size | join("x")' | sort -u)" 320x180 size
    within "$(find out/snapshots -name '*-original.jpg' | wc -l)" 1 99 originals
    within "$(clips out .duration)" 2 60 "seconds of the clip"
    equal "$(clips out '.events | length > 0')" true "events that the clip shows"
}

test_two_cameras_at_once() {
    load vivid n_devs=2 node_types=0x1,0x1
    soon 10 attached /dev/video1
    begin --duration 4 /dev/video0 /dev/video1
    wait "$watcher"
    within "$(camera analysed 0)" 3 1000 "analysed of the first"
    within "$(camera analysed 1)" 3 1000 "analysed of the second"
    equal "$(camera name 0) $(camera name 1)" "video0 video1" names
}

test_cameras_lists_what_is_attached() {
    load vivid n_devs=1
    soon 10 attached /dev/video0
    local nodes
    nodes=$(find /dev -name 'video*' -o -name 'vbi*' | wc -l)
    [ "$nodes" -gt 2 ] || fail "vivid made $nodes nodes"
    ww 0 cameras --json
    equal "$(jq length .out)" 1 "cameras among $nodes nodes"
    equal "$(jq -r '.[0].driver' .out)" vivid driver
    jq -e '.[0].formats[] | select(.format == "yuyv") | .sizes[] | select(.width == 640 and .height == 360) | .rates | length > 3' .out >/dev/null
    jq -e '.[0].formats[] | select(.format == "RGBP") | .converted' .out >/dev/null
    jq -e '.[0].controls[] | select(.name == "brightness") | .min == 0 and .max == 255 and .value == 128' .out >/dev/null
    ww 0 cameras
    grep -q '^/dev/video0  vivid (vivid)$' .out
    grep -qE '^  yuyv +320x180 ' .out
    grep -qE '^  uyvy +as yuyv$' .out
    grep -qE '^  brightness +128 +0 to 255$' .out
    v4l2-ctl -d /dev/video0 -c brightness=77
    ww 0 cameras
    grep -qE '^  brightness +77 ' .out
}

test_controls_are_set_and_wrong_ones_named() {
    vivid
    site yuyv 'controls: {brightness: 99, contrats: 3, saturation: 9999, power: 1}'
    ww 2 check -c site.yaml
    says "yard: /dev/video0: it has no control 'contrats'"
    watches 3
    equal "$(v4l2-ctl -d /dev/video0 -C brightness)" "brightness: 99" control
    says "yard: it has no control 'contrats'; it has" "yard: its control saturation takes 0 to 255, not '9999'"
}

test_the_nearest_size_is_taken_and_said() {
    vivid
    cat >site.yaml <<END
cameras: [{name: yard, source: /dev/video0, capture: {format: grey, size: 330x190, fps: 9}}]
END
    begin -c site.yaml --duration 3
    wait "$watcher"
    says "yard: /dev/video0 gives grey 320x180, " "(nearest to 330x190, 9 a second)"
}

test_a_format_that_is_not_offered() {
    vivid
    site mjpeg
    begin -c site.yaml --duration 2
    wait "$watcher"
    says "it does not offer mjpeg" "it offers" yuyv
    equal "$(events out 'select(.detail == "lost") | .phase' | head -1)" start "phase of the loss"
}

# --- failures of the driver, each followed by frames again -------------------------------------------

press() { v4l2-ctl -d /dev/video0 -c "$1=${2:-1}"; }

recovers_from() { # control
    vivid
    site yuyv
    begin -c site.yaml
    soon 30 told online
    press "$1"
    soon 30 told lost
    soon 40 told recovered
    finish
    chain_holds out
    all_ended out
    equal "$(camera state)" online state
    equal "$(events out 'select(.detail == "lost") | .phase' | head -1)" start "phase of the loss"
    events out 'select(.detail == "lost") | .reason'
}

test_unplugged_and_plugged_in() { recovers_from disconnect; }
test_a_fatal_streaming_error() { recovers_from inject_fatal_streaming_error; }

# It fails once when the camera is opened; that is a loss from the start.
fails_at_first() { # control
    vivid
    press "$1"
    site yuyv
    begin -c site.yaml
    soon 30 told online
    finish
    equal "$(events out 'select(.detail == "lost" and .phase == "start") | .detail' | wc -l)" 1 "losses"
    events out 'select(.detail == "lost") | .reason'
}

test_streamon_is_refused() { fails_at_first inject_vidioc_streamon_error; }
test_reqbufs_is_refused() { fails_at_first inject_vidioc_reqbufs_error; }

test_a_buffer_is_not_taken_back() {
    vivid
    site yuyv
    begin -c site.yaml
    soon 30 told online
    press inject_vidioc_qbuf_error
    sleep 1
    press inject_vidioc_qbuf_error
    sleep 2
    finish
    within "$(camera analysed)" 10 1000 analysed
    equal "$(camera state)" online state
}

test_buffers_with_an_error() {
    vivid
    site yuyv
    press osd_text_mode 2 # counters run in the picture, and are motion now and then
    begin -c site.yaml
    soon 30 told online
    press inject_v4l2_buf_flag_error
    soon 20 told damaged
    sleep 1
    finish
    within "$(camera corrupt)" 1 3 corrupt
    equal "$(camera state)" online state
    equal "$(events out 'select(.type != "camera") | "\(.type) \(.detail // "") \(.phase)"')" "" "events of detection"
    all_ended out
}

# An input whose signal goes and comes: the driver says that its format may be another one.
test_a_source_that_changes() {
    vivid
    v4l2-ctl -d /dev/video0 -i 3
    begin /dev/video0
    soon 40 told online
    press dv_timings_signal_mode 1
    soon 30 told lost
    soon 40 told recovered
    finish
    events out 'select(.detail == "lost") | .reason' | grep 'its picture changed its size or format'
    all_ended out
}

test_dropped_buffers_are_counted() {
    vivid
    site yuyv
    press percentage_of_dropped_buffers 50
    begin -c site.yaml --duration 5
    wait "$watcher"
    within "$(camera dropped)" 3 1000 dropped
    within "$(camera analysed)" 3 1000 analysed
    equal "$(camera state)" online state
}

test_a_camera_that_another_program_uses() {
    vivid
    site yuyv
    v4l2-ctl -d /dev/video0 --stream-mmap=3 --stream-count=1000 >/dev/null 2>&1 &
    local other=$!
    sleep 1
    begin -c site.yaml
    soon 20 told lost
    kill $other
    soon 40 told online
    finish
    events out 'select(.detail == "lost") | .reason' | head -1 | grep -q 'another program'
}

test_a_camera_that_is_absent_at_the_start() {
    site yuyv
    ww 0 check -c site.yaml
    says "yard: there is no camera at '/dev/video0'"
    begin -c site.yaml
    soon 20 told lost
    vivid
    soon 40 told online
    finish
    says "lost: there is no camera at '/dev/video0'"
    equal "$(events out 'select(.detail == "lost") | .detail' | wc -l)" 1 "lines of the loss"
    ww 0 check -c site.yaml
    grep -q '/dev/video0: yuyv 320x180, 10 a second' .out
}

test_it_comes_back_under_another_number() {
    vivid
    mkdir -p /dev/v4l/by-id
    ln -sf ../../video0 /dev/v4l/by-id/usb-test-video-index0
    ww 0 cameras
    grep -q '^  name it  /dev/v4l/by-id/usb-test-video-index0$' .out
    rm -r /dev/v4l
    site yuyv
    begin -c site.yaml
    soon 30 told online
    echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
    soon 30 told lost
    soon 20 rmmod vivid
    vivid_number=5 vivid vid_cap_nr=5
    soon 60 told recovered
    finish
    equal "$(camera state)" online state
}

# --- MJPEG, as USB cameras send it --------------------------------------------------------------------

loopback() {
    load -a videodev
    load v4l2loopback devices=1 video_nr=0 exclusive_caps=1
    soon 10 attached /dev/video0
}

feed() { # arguments of the feeder after the folder
    "$BUILD/tests/tools/camera_feeder" /dev/video0 640x360 "${feed_rate:-12}" "$FEED/jpeg" "$@" >fed 2>&1 &
    feeder=$!
}

is_camera() { v4l2-ctl -d /dev/video0 --all 2>/dev/null | grep -q 'Video Capture$'; }

watch_feed() { # arguments of the feeder; the whole scene goes by once
    loopback
    feed --count 201 "$@"
    soon 10 is_camera
    "$WALLWATCH" keygen key >/dev/null
    echo "{store: {key: key}, cameras: [{name: video0, source: /dev/video0, $light}]}" >site.yaml
    begin --event-gap 1 -c site.yaml
    soon 20 told online
    kill -USR1 $feeder
    wait $feeder
    cat fed
    finish
}

test_mjpeg_shows_the_intruder_as_in_a_replay() {
    local WITH_CLIPS=yes
    watch_feed
    equal "$(camera corrupt)" 0 corrupt
    tar -cf /dev/vda out key.pub # for the host, which looks at it in a tenth of the time
}

test_damaged_mjpeg_makes_no_event_and_is_counted() {
    watch_feed --damage 7
    shows_the_feed "$FEED"
    local damaged
    damaged=$(sed -n 's/.* \([0-9]*\) damaged/\1/p' fed)
    # A damaged frame can be among those that an emulated machine has no time for.
    within "$(camera corrupt)" $((damaged - $(camera dropped))) "$damaged" "corrupt of $damaged"
    # How many it has time for is the machine's affair; none is lost without being counted.
    within $(($(camera analysed) + $(camera corrupt) + $(camera dropped))) 201 100000 "frames that are accounted for"
    equal "$(events out 'select(.detail == "damaged" and .phase == "start") | .detail' | wc -l)" 1 "damage told"
}

# A camera that counts as lost after a second without a frame.
watch_impatiently() {
    loopback
    feed
    soon 10 is_camera
    echo "cameras: [{name: yard, source: /dev/video0, capture: {stall: 1s}, $light}]" >site.yaml
    begin -c site.yaml
    soon 20 told online
}

test_a_camera_that_stalls() {
    watch_impatiently
    kill -STOP $feeder
    soon 20 told lost
    kill -CONT $feeder
    soon 30 told recovered
    finish
    says "no frame for 1 seconds"
}

test_a_feeder_that_ends_and_another_that_begins() {
    watch_impatiently
    kill $feeder
    soon 20 told lost
    feed
    soon 40 told recovered
    finish
}

# --- the program's own life -----------------------------------------------------------------------------

test_sigterm_ends_within_a_second() {
    vivid
    site yuyv
    begin -c site.yaml
    soon 30 told online
    local before after
    before=$(date +%s%N)
    finish
    after=$(date +%s%N)
    # The emulated machine is many times slower than a real one.
    within $(((after - before) / 1000000)) 0 5000 "milliseconds to the end"
    chain_holds out
}

test_sighup_touches_only_what_changed() {
    load vivid n_devs=2 node_types=0x1,0x1
    soon 10 attached /dev/video1
    local first='{name: first, source: /dev/video0, capture: {format: yuyv, size: 320x180, fps: 10}, '"$light}"
    echo "cameras: [$first, {name: second, source: /dev/video1, capture: {format: yuyv, size: 320x180, fps: 10}, $light}]" >site.yaml
    begin -c site.yaml
    soon 30 told online 2
    echo "cameras: [$first, {name: second, source: /dev/video1, capture: {format: grey, size: 320x180, fps: 10}, $light}] # changed" >site.yaml
    kill -HUP "$watcher"
    soon 30 told online 3
    equal "$(events out 'select(.detail == "online") | .camera' | tail -1)" second "the one that began anew"
    # One that is wrong changes nothing.
    echo "cameras: [{nam: x}]" >site.yaml
    kill -HUP "$watcher"
    soon 10 grep -q "the configuration stays as it was" .err
    # One that leaves a camera out ends it.
    echo "cameras: [$first]" >site.yaml
    kill -HUP "$watcher"
    sleep 2
    finish
    equal "$(jq '.cameras | length' stats)" 1 cameras
    equal "$(camera name)" first "the camera that is left"
    equal "$(events out 'select(.camera == "first" and .type == "camera") | .detail')" online "what is told of the first"
}

resident_kb() { awk '/^VmRSS/ {print $2}' "/proc/$watcher/status"; }

# What is read into memory for the first time has been.
settled() {
    memory=$(resident_kb)
    sleep 3
    [ "$(resident_kb)" = "$memory" ]
}

open_files() { find "/proc/$watcher/fd" | wc -l; }

test_thousands_of_frames_grow_nothing() {
    echo never >/sys/kernel/mm/transparent_hugepage/enabled # the kernel grows 4 kB to 2 MB when it likes
    loopback
    feed_rate=150 feed --damage 7
    soon 10 is_camera
    echo "cameras: [{name: yard, source: /dev/video0, $light}]" >site.yaml
    begin --event-gap 1 -c site.yaml
    soon 20 told online
    local memory files
    soon 60 settled
    files=$(open_files)
    sleep 8
    within "$(resident_kb)" 0 $((memory + 2000)) "resident kB, $memory before"
    within "$(open_files)" 0 "$files" "open files"
    finish
    within "$(camera captured)" 700 100000 captured
}
