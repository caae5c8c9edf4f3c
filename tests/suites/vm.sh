# Live cameras on a real kernel: the cases of tests/vm/cases.sh, in a virtual machine that boots once.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
. tests/vm/boot.sh
. tests/vm/feed.sh

means() {
    need qemu-system-x86_64 busybox cpio modprobe apt-get dpkg ffmpeg v4l2-ctl
    [ "$(uname -m)" = x86_64 ] || skip "the virtual machine is for x86-64"
    [ -n "$(vm_version)" ] || skip "this distribution has no linux-image-amd64, Debian's kernel"
}

# The scene as a camera would send it: small JPEGs, the ones around the climb; each with its length before it.
make_feed() {
    scene_y4m
    mkdir -p "$target/jpeg"
    ffmpeg -v error -nostdin -i "$SHARED/scene.y4m" -vf "select='between(n,100,300)',scale=640:360" -vsync 0 \
        -c:v mjpeg -q:v 4 -pix_fmt yuvj420p -huffman default "$target/jpeg/%04d.jpg"
    echo 'cameras: [{name: feed, analyse: {model: light, width: 320}}]' >"$target/site.yaml"
    "$WALLWATCH" replay -q -o "$target/replay" -c "$target/site.yaml" --event-gap 1 --fps 12 "$target/jpeg"
}

run_machine() {
    mkdir -p "$target"
    boot "$target"
    rm -rf "$target/tree"
    cp "$target/console" "$BUILD/vm/console" # to be looked at
}

# What a case printed, and how it ended.
case_in_guest() {
    local name=${FUNCNAME[1]}
    once feed make_feed
    once machine run_machine
    sed -n "/^@@ begin $name\$/,/^@@ end $name /p" "$SHARED/machine/console" >report
    grep -v '^@@' report || :
    case $(sed -n "s/^@@ end $name \([0-9]*\) .*/\1/p" report) in
    0) ;;
    '')
        tail -n 20 "$SHARED/machine/console"
        fail "the case did not run to its end"
        ;;
    *) fail "the case failed in the virtual machine" ;;
    esac
}

test_vivid_in_grey() { case_in_guest; }
test_vivid_in_yuyv() { case_in_guest; }
test_vivid_in_nv12() { case_in_guest; }
test_vivid_in_rgb() { case_in_guest; }
test_vivid_in_rgb565_is_converted() { case_in_guest; }
test_vivid_that_moves_is_an_event() { case_in_guest; }
test_two_cameras_at_once() { case_in_guest; }
test_cameras_lists_what_is_attached() { case_in_guest; }
test_controls_are_set_and_wrong_ones_named() { case_in_guest; }
test_the_nearest_size_is_taken_and_said() { case_in_guest; }
test_a_format_that_is_not_offered() { case_in_guest; }
test_unplugged_and_plugged_in() { case_in_guest; }
test_a_fatal_streaming_error() { case_in_guest; }
test_streamon_is_refused() { case_in_guest; }
test_reqbufs_is_refused() { case_in_guest; }
test_a_buffer_is_not_taken_back() { case_in_guest; }
test_buffers_with_an_error() { case_in_guest; }
test_a_source_that_changes() { case_in_guest; }
test_dropped_buffers_are_counted() { case_in_guest; }
test_a_camera_that_another_program_uses() { case_in_guest; }
test_a_camera_that_is_absent_at_the_start() { case_in_guest; }
test_it_comes_back_under_another_number() { case_in_guest; }
test_mjpeg_shows_the_intruder_as_in_a_replay() { case_in_guest; }
test_damaged_mjpeg_makes_no_event_and_is_counted() { case_in_guest; }
test_a_camera_that_stalls() { case_in_guest; }
test_a_feeder_that_ends_and_another_that_begins() { case_in_guest; }
test_sigterm_ends_within_a_second() { case_in_guest; }
test_sighup_touches_only_what_changed() { case_in_guest; }
test_thousands_of_frames_grow_nothing() { case_in_guest; }

# Found, exported, checked with standard tools and watched, on another machine than the one that saw it.
test_what_the_machine_recorded_is_evidence_elsewhere() {
    need chromium openssl
    local event
    once feed make_feed
    once machine run_machine
    tar -xf "$SHARED/machine/disk" || fail "the case that writes it failed in the virtual machine"
    shows_the_feed "$SHARED/feed"
    # What is beside the snapshot is byte for byte what the camera sent.
    local original
    original=$(events out 'select(.original) | .original')
    sha256sum "$SHARED"/feed/jpeg/*.jpg | grep "^$(sha256sum <"out/$original" | cut -d' ' -f1)" || fail "the original is none of the camera's frames"
    # And so is what is in the clip, nearly from the first frame on.
    within "$(python3 -c 'import sys; clip = open(sys.argv[1], "rb").read(); print(sum(open(f, "rb").read() in clip for f in sys.argv[2:]))' \
        "out/$(clips out .clip)" "$SHARED"/feed/jpeg/*.jpg)" 150 201 "frames of the camera in the clip"
    ww 0 verify --key key.pub out
    ww 0 events --camera video0 --type motion --csv out
    event=$(sed -n 2p .out | cut -d, -f1)
    ww 0 export -o proof out "$event"
    sh proof/check.sh >said || fail "$(cat said)"
    grep -q 'all of it is whole, and signed by the key' said || fail "$(cat said)"
    equal "$(openssl pkey -pubin -in proof/public-key.pem -outform DER | tail -c 32 | od -An -tx1 -v | tr -d ' \n')" "$(cat key.pub)" "whose key it is"
    browser_plays proof "view/$(basename "$(clips out .clip)" .mp4).webm" 640x360
    printf x | dd of="proof/$(clips out .clip)" bs=1 seek=5000 conv=notrunc status=none
    ! sh proof/check.sh >said 2>&1 || fail "an altered clip passed"
}

test_every_case_of_the_machine_is_reported_here() {
    diff <(sed -n 's/^\(test_[a-zA-Z0-9_]*\)().*/\1/p' "$ROOT/tests/vm/cases.sh" | sort) \
        <(sed -n 's/^\(test_[a-zA-Z0-9_]*\)() { case_in_guest; }$/\1/p' "$ROOT/tests/suites/vm.sh" | sort)
}
