# Recordings in, evidence out. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

means() {
    need jq ffmpeg ffprobe rdjpgcom djpeg
}

# The scene's intruder is first seen in frame 154, and gone with frame 405 (scene_y4m --truth).
sees_the_intruder() { # folder of the log, frame rate of the recording
    equal "$(events "$1" 'select(.phase == "start") | .event' | wc -l)" 1 "number of events"
    within "$(starts "$1")" 150 165 "first frame"
    within "$(events "$1" 'select(.phase == "end") | .frame')" 384 390 "last frame"
    within "$(events "$1" 'select(.phase == "end") | .duration')" 14 18 "seconds"
    chain_holds "$1"
    evidence_holds "$1"
    all_ended "$1"
    box_is_the_intruder "$1"
}

# The box of the best frame against what was drawn: intersection over union.
box_is_the_intruder() { # folder
    local frame box
    read -r frame box < <(events "$1" 'select(.phase == "end") | "\(.snapshot) \(.bbox | join(" "))"')
    frame=$(rdjpgcom "$1/$frame" | sed -n 's/^frame: //p')
    "$BUILD/tests/tools/scene_y4m" --truth rear-wall | awk -v frame="$frame" -v box="$box" '
        function low(a, b) {return a < b ? a : b}
        function high(a, b) {return a > b ? a : b}
        $1 == frame {
            split(box, b, " ")
            w = low($2 + $4, b[1] + b[3]) - high($2, b[1]); h = low($3 + $5, b[2] + b[4]) - high($3, b[2])
            shared = w > 0 && h > 0 ? w * h : 0
            part = shared / ($4 * $5 + b[3] * b[4] - shared)
            found = 1
        }
        END {if (!found || part < 0.7) {print "frame " frame ", box " box ": overlap " part; exit 1}}'
}

test_the_scene() {
    ww 0 replay -o out scene:rear-wall
    sees_the_intruder out
    says "540 frames" "1 event;" "out"
}

test_mp4_with_h264() {
    recording scene.mp4 mp4 -c:v libx264 -preset veryfast -crf 23 -pix_fmt yuv420p
    ww 0 replay -o out "$SHARED/scene.mp4"
    sees_the_intruder out
}

test_mkv_with_h265() {
    recording scene.mkv matroska -c:v libx265 -preset ultrafast -crf 26 -pix_fmt yuv420p -x265-params log-level=none
    ww 0 replay -o out "$SHARED/scene.mkv"
    sees_the_intruder out
}

test_transport_stream() {
    recording scene.ts mpegts -c:v libx264 -preset ultrafast -crf 26 -pix_fmt yuv420p
    ww 0 replay -o out "$SHARED/scene.ts"
    sees_the_intruder out
}

test_avi_with_mpeg4() {
    recording scene-mpeg4.avi avi -c:v mpeg4 -q:v 4 -pix_fmt yuv420p
    ww 0 replay -o out "$SHARED/scene-mpeg4.avi"
    sees_the_intruder out
}

test_avi_with_mjpeg() {
    recording scene.avi avi -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    ww 0 replay -o out "$SHARED/scene.avi"
    sees_the_intruder out
}

test_raw_mjpeg() {
    recording scene.mjpeg mjpeg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p -r 15
    # Such a stream tells no rate; frames are counted all the same.
    ww 0 replay -o out "$SHARED/scene.mjpeg"
    equal "$(events out 'select(.phase == "start") | .event' | wc -l)" 1 "number of events"
    within "$(starts out)" 150 165 "first frame"
}

test_y4m_on_standard_input() {
    "$BUILD/tests/tools/scene_y4m" rear-wall | "$WALLWATCH" replay -q -o out -
    sees_the_intruder out
    equal "$(events out 'select(.phase == "start") | .camera')" stdin camera
}

test_mjpeg_on_standard_input() {
    recording scene.avi avi -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    "$WALLWATCH" replay -q -o out - <"$SHARED/scene.avi"
    sees_the_intruder out
}

test_a_folder_of_jpegs() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    ww 0 replay -o out --fps 15 "$SHARED/jpegs"
    sees_the_intruder out
    # The original is the recorded file, byte for byte.
    local original frame
    original=$(events out 'select(.phase == "end") | .original')
    frame=$(rdjpgcom "out/$(events out 'select(.phase == "end") | .snapshot')" | sed -n 's/^frame: //p')
    cmp "out/$original" "$SHARED/jpegs/$(printf 'frame%05d.jpg' $((frame + 1)))"
}

test_a_folder_of_pngs() {
    frames pngs png -c:v png -compression_level 1 -pix_fmt gray
    ww 0 replay -o out --fps 15 "$SHARED/pngs"
    sees_the_intruder out
    local original
    original=$(events out 'select(.phase == "end") | .original')
    equal "${original##*.}" png "kind of original"
}

test_frames_are_taken_in_the_order_of_numbers_in_their_names() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    mkdir named
    local i
    for i in $(seq 1 540); do ln -s "$SHARED/jpegs/$(printf 'frame%05d.jpg' "$i")" "named/f$i.JPG"; done
    ww 0 replay -o out --fps 15 named
    sees_the_intruder out
}

test_the_rate_of_a_folder_is_25_unless_told() {
    frames jpegs jpg -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    ww 0 replay -o out "$SHARED/jpegs"
    within "$(events out 'select(.phase == "start") | .pts / .frame')" 0.0399 0.0401 'seconds a frame'
}

test_masks_are_of_the_footage_size_and_show_the_intruder() {
    ww 0 replay -o out --masks masks scene:rear-wall
    equal "$(find masks -name 'bin*.png' | wc -l)" 540 "number of masks"
    [ -f masks/bin000001.png ] && [ -f masks/bin000540.png ]
    equal "$(ffprobe -v error -show_entries stream=width,height,pix_fmt -of csv=p=0 masks/bin000300.png)" \
        1280,720,gray "form of a mask"
    # In frame 300 (mask 301) the intruder covers a good part of the white, and there is some.
    ffmpeg -v error -i masks/bin000301.png -f rawvideo -pix_fmt gray - | od -An -v -tu1 -w1280 |
        awk '{for (i = 1; i <= NF; i++) {if ($i == 255) white++; else if ($i != 0) other++}}
             END {exit !(white > 3000 && white < 60000 && other == 0)}'
}

test_the_number_of_threads_changes_nothing() {
    recording scene.avi avi -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    recording scene.mp4 mp4 -c:v libx264 -preset veryfast -crf 23 -pix_fmt yuv420p
    local file threads sum first
    for file in scene.avi scene.mp4; do
        first=
        for threads in 1 2 5; do
            rm -rf out masks
            ww 0 replay -o out --threads $threads --masks masks --start 2024-06-01T22:00:00Z "$SHARED/$file"
            sum=$(cat out/events.jsonl masks/*.png | sha256sum)
            equal "$sum" "${first:=$sum}" "log and masks of $file with $threads threads"
        done
    done
}

# The frames of the log are those of the recording.
test_fewer_frames_are_analysed_where_that_is_asked() {
    recording fast.avi avi -t 14 -vf fps=25,scale=640:360 -c:v mjpeg -q:v 4 -pix_fmt yuvj420p
    recording fast.mp4 mp4 -t 14 -vf fps=25,scale=640:360 -c:v libx264 -preset veryfast -crf 23 -pix_fmt yuv420p
    echo 'cameras: [{name: fast, analyse: {fps: 15}}]' >site.yaml
    local file threads sum first
    for file in fast.avi fast.mp4; do
        first=
        for threads in 1 2; do
            rm -rf out
            ww 0 replay -o out -c site.yaml --threads $threads --start 2024-06-01T22:00:00Z --record none --stats stats "$SHARED/$file"
            equal "$(jq -r '[.frames, .analysed, .dropped] | join(" ")' stats)" "350 210 0" "frames of $file"
            within "$(starts out)" 250 275 "first frame"
            sum=$(sha256sum <out/events.jsonl)
            equal "$sum" "${first:=$sum}" "log of $file with $threads threads"
        done
    done
    ww 0 replay -o masked -c site.yaml --record none --masks masks --stats stats "$SHARED/fast.mp4"
    equal "$(jq .analysed stats) $(find masks -name 'bin*.png' | wc -l)" "350 350" "those of which a mask is asked, and masks"
}

test_a_zone_limits_what_is_told() {
    # The intruder comes over the wall at x 490…550 and leaves to the left.
    ww 0 replay -o left --zone 0,430,300,290 scene:rear-wall
    within "$(starts left)" 280 345 "first frame"
    equal "$(events left 'select(.phase == "start") | .zone')" zone-1 zone
    ww 0 replay -o right --zone 800,300,400,400 scene:rear-wall
    equal "$(events right .event)" "" "events"
    ww 0 replay -o both --zone 800,300,400,400 --zone 400,200,300,300 scene:rear-wall
    equal "$(events both 'select(.phase == "start") | .zone')" zone-2 zone
}

wall_site() { # outside, more
    cat >site.yaml <<YAML
cameras:
  - name: yard
    walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: $1, strip: 0.06${2-}}]
    person: [[0.5, 0.62, 0.24], [0.1, 0.95, 0.38]]
YAML
}

test_walls_zones_and_what_is_ignored_come_from_the_configuration() {
    cat >site.yaml <<'YAML'
site: test
cameras:
  - name: yard
    walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left, strip: 0.06}]
    zones: [{name: corner, polygon: [[0, 0.6], [0.2, 0.6], [0.2, 1], [0, 1]]}]
  - name: blind
    ignore: [[[0, 0], [1, 0], [1, 1], [0, 1]]]
YAML
    ww 0 replay -o out -c site.yaml --camera yard scene:rear-wall
    equal "$(events out 'select(.phase == "start") | .camera + " " + (.wall // .zone) + " " + .type' | sort -u | tr '\n' ' ')" \
        "yard corner motion yard rear approach yard rear breach yard rear climb " "where the events are"
    ww 0 replay -o blind -c site.yaml --camera blind scene:rear-wall
    equal "$(events blind .event)" "" "events"
    ww 2 replay -o none -c site.yaml scene:rear-wall
    says "2 cameras" "--camera"
    ww 2 replay -o none -c site.yaml --camera front scene:rear-wall
    says "no camera 'front'"
    [ ! -e none ]
}

# He shows above the wall from 10 s on, has his feet over it at 12 s, hangs, and lands at 16.
test_who_climbs_over_a_wall_is_told_with_time_place_and_picture() {
    wall_site left
    ww 0 replay -o out -c site.yaml scene:rear-wall
    equal "$(events out 'select(.phase == "start") | .type' | tr '\n' ' ')" "approach climb breach " "types"
    within "$(events out 'select(.phase == "start" and .type == "approach") | .pts')" 10 11.5 "approach"
    within "$(events out 'select(.phase == "start" and .type == "breach") | .pts')" 11.7 12.3 "breach"
    equal "$(events out 'select(.type == "breach") | .direction' | sort -u)" inward direction
    within "$(events out 'select(.phase == "start" and .type == "breach") | .crossing[0]')" 500 540 "x of the crossing"
    within "$(events out 'select(.phase == "start" and .type == "breach") | .crossing[1]')" 256 264 "y of the crossing"
    # His way, from behind the wall down and to the left.
    equal "$(events out 'select(.phase == "end" and .type == "breach") | .path | (.[0][1] < 262) and (.[-1][1] > 430) and (.[-1][0] < 480)')" \
        true "his path"
    for type in approach climb breach; do
        picture=out/$(events out "select(.phase == \"end\" and .type == \"$type\") | .snapshot")
        grep -qa "^type: $type" "$picture" || fail "$picture does not say $type"
    done
    chain_holds out
}

# The same wall with its sides exchanged: he leaves.
test_who_leaves_over_a_wall_is_told() {
    wall_site right
    ww 0 replay -o out -c site.yaml scene:rear-wall
    equal "$(events out 'select(.phase == "start") | .type + " " + .direction' | tr '\n' ' ')" "climb outward exit outward " "events"
}

test_only_the_alarms_that_are_asked_for_are_told() {
    wall_site left ', alarm: [outward, loiter], dwell: 3s'
    ww 0 replay -o out -c site.yaml scene:rear-wall
    equal "$(events out 'select(.phase == "start") | .type')" loiter "type"
    within "$(events out 'select(.phase == "start") | .pts')" 13 15.5 "time"
}

test_how_severe_it_is_stands_in_the_log() {
    wall_site left ', severity: high'
    ww 0 replay -o out -c site.yaml scene:rear-wall
    equal "$(events out 'select(.type == "breach") | .severity' | sort -u)" high severity
    ww 0 events --severity high --csv out
    equal "$(tail -n +2 .out | cut -d, -f15 | sort -u)" high "what is found"
    ww 0 events --severity low --csv out
    equal "$(wc -l <.out)" 1 "lines of none"
    ww 2 events --severity grave out
    says "low, normal or high"
    wall_site left ', severity: grave'
    ww 2 check -c site.yaml
    says "low, normal, high"
}

# He is in the picture from 10 to 26 s after the start.
test_a_camera_tells_nothing_while_it_is_not_armed() {
    at() { # armed, start
        printf 'cameras: [{name: yard, armed: "%s"}]\n' "$1" >armed.yaml
        rm -rf out
        ww 0 replay -o out -c armed.yaml --start "$2" scene:rear-wall
    }
    at "22:00-06:00" 2024-06-01T21:59:45Z # armed while he is there
    equal "$(events out 'select(.phase == "start") | .time')" 2024-06-01T22:00:00.000Z begin
    at "22:00-06:00" 2024-06-02T05:59:45Z # and until he has been there for five seconds
    equal "$(events out 'select(.phase == "end") | .time | .[0:17]')" 2024-06-02T05:59: end
    printf 'cameras: [{name: yard, armed: "18:00-18:00"}]' >armed.yaml
    ww 2 check -c armed.yaml
    says "days and hours"
}

# Karachi is five hours ahead, all year.
test_the_clock_on_the_wall_is_that_of_the_site() {
    printf 'timezone: Asia/Karachi\ncameras: [{name: yard, armed: "22:00-06:00"}]\n' >site.yaml
    ww 0 replay -o out -c site.yaml --start 2024-06-01T16:59:45Z scene:rear-wall
    equal "$(events out 'select(.phase == "start") | .time')" 2024-06-01T17:00:00.000Z begin
    says "2024-06-01 22:00:00 PKT"
    ww 0 replay -o local -c site.yaml --start "2024-06-01 21:59:45" scene:rear-wall
    equal "$(events local 'select(.phase == "start") | .time')" 2024-06-01T17:00:00.000Z "begin, told in local time"
    for zone in Asia/Nowhere ../etc/passwd /etc/localtime Asia ""; do
        printf 'timezone: "%s"\ncameras: [{name: yard}]\n' "$zone" >wrong.yaml
        ww 2 check -c wrong.yaml
        says "timezone"
    done
}

test_the_gap_joins_or_parts_events() {
    # Two zones' worth of the same walk: out of the picture and back, made by playing the scene twice.
    ww 0 replay -o twice scene:rear-wall scene:rear-wall
    equal "$(events twice 'select(.phase == "start") | .event' | wc -l)" 2 "number of events"
    chain_holds twice
    ww 0 replay -o out --event-gap 0.2 scene:rear-wall
    within "$(events out 'select(.phase == "end") | .duration' | sort -n | tail -1)" 1 18 'longest event'
    ww 2 replay -o none --event-gap 0 scene:rear-wall
    ww 2 replay -o none --event-gap soon scene:rear-wall
}

test_a_log_is_continued() {
    ww 0 replay -o out scene:rear-wall
    ww 0 replay -o out scene:rear-wall
    chain_holds out
    evidence_holds out
    equal "$(events out 'select(.phase == "end") | .snapshot' | sort -u | wc -l)" 2 "number of snapshots"
}

test_without_o_a_fresh_folder_is_made_and_named() {
    ww 0 replay scene:rear-wall
    local made
    made=$(echo wallwatch-*)
    [ -f "$made/events.jsonl" ]
    says "$made"
    # Not where nothing can be replayed.
    ww 1 replay nothing.mp4
    equal "$(echo wallwatch-*)" "$made" folders
}

test_a_snapshot_tells_its_facts() {
    ww 0 replay -o out --zone 0,0,1280,720 --camera "rear yard" --start 2024-06-01T22:00:00Z scene:rear-wall
    local snapshot
    snapshot=out/$(events out 'select(.phase == "end") | .snapshot')
    rdjpgcom "$snapshot" >comment
    grep -qx "camera: rear yard" comment
    grep -qx "zone: zone-1" comment
    grep -qx "type: motion" comment
    grep -q "^time: 2024-06-01T22:00:.*Z$" comment
    grep -q "^local time: 2024-06-01 22:00:.*UTC$" comment
    grep -qx "event: $(events out 'select(.phase == "end") | .event')" comment
    grep -qx "bbox: $(events out 'select(.phase == "end") | .bbox | join(" ")')" comment
    # The picture is whole and unchanged in width; the facts stand below it.
    equal "$(ffprobe -v error -show_entries stream=width -of csv=p=0 "$snapshot")" 1280 width
    within "$(ffprobe -v error -show_entries stream=height -of csv=p=0 "$snapshot")" 760 900 height
}

test_a_snapshot_is_drawn_from_tiny_to_4k() {
    need ffmpeg
    scene_y4m
    local size snapshot
    for size in 64x36 640x360 3840x2160; do
        ffmpeg -v error -y -ss 9 -t 4 -i "$SHARED/scene.y4m" -vf "scale=${size/x/:}" -c:v mjpeg -q:v 4 -pix_fmt yuvj420p $size.avi
        ww 0 replay -o out-$size $size.avi
        [ $size = 64x36 ] && continue # a person of 8 pixels need not be seen
        snapshot=out-$size/$(events out-$size 'select(.phase == "end") | .snapshot' | head -1)
        djpeg "$snapshot" >/dev/null
        equal "$(ffprobe -v error -show_entries stream=width -of csv=p=0 "$snapshot")" ${size%x*} width
    done
}

test_the_box_is_drawn_around_the_intruder() {
    ww 0 replay -o out scene:rear-wall
    local snapshot box
    snapshot=out/$(events out 'select(.phase == "end") | .snapshot')
    read -r -a box < <(events out 'select(.phase == "end") | .bbox | join(" ")')
    # One pixel above the middle of its upper side, and one left of the middle of its left side, is red.
    local place
    for place in $((box[0] + box[2] / 2)):$((box[1] - 2)) $((box[0] - 2)):$((box[1] + box[3] / 2)); do
        ffmpeg -v error -i "$snapshot" -vf "format=rgb24,crop=1:1:$place" -f rawvideo -pix_fmt rgb24 - | od -An -tu1 |
            awk '{exit !($1 > 160 && $2 < 120 && $3 < 120)}' || fail "no red at $place"
    done
}

test_statistics() {
    ww 0 replay -o out --stats stats.json --threads 2 scene:rear-wall
    equal "$(jq -r '[.frames, .analysed, .events, .threads, .dropped, .corrupt, .analysis_width, .analysis_height] | join(" ")' stats.json)" \
        "540 540 1 2 0 0 640 360" "counts"
    equal "$(jq -r '[.wall_s, .cpu_s, .decode_cpu_s, .detect_cpu_s, .sink_cpu_s, .fps, .peak_rss_kb] | map(select(. > 0)) | length' stats.json)" 7 \
        "measures above zero"
    equal "$(jq -r .isa stats.json)" "$("$WALLWATCH" --version | sed -n 's/^kernels: \([a-z0-9]*\) here.*/\1/p')" "instruction set"
    "$WALLWATCH" replay -q -o other --stats - scene:rear-wall | jq -e .frames >/dev/null
}

test_the_time_comes_from_the_recording() {
    scene_y4m
    ffmpeg -v error -y -t 12 -i "$SHARED/scene.y4m" -c:v libx264 -preset ultrafast -pix_fmt yuv420p \
        -metadata creation_time=2023-03-04T05:06:07Z dated.mp4
    ww 0 replay -o dated dated.mp4
    equal "$(events dated 'select(.phase == "start") | .time[0:17]')" 2023-03-04T05:06: "time"
    ww 0 replay -o told --start "2020-01-01T00:00:00+01:00" dated.mp4
    equal "$(events told 'select(.phase == "start") | .time[0:17]')" 2019-12-31T23:00: "time"
    ffmpeg -v error -y -i dated.mp4 -map_metadata -1 -fflags +bitexact -c copy plain.mp4
    touch -d 2022-02-02T12:00:12Z plain.mp4
    ww 0 replay -o plain plain.mp4
    equal "$(events plain 'select(.phase == "start") | .time[0:17]')" 2022-02-02T12:00: "time"
}

test_progress_is_shown_on_a_terminal_only() {
    need script
    script -qec "'$WALLWATCH' replay -o out scene:rear-wall" terminal >/dev/null
    grep -q "frame [0-9]* of 540, [0-9]*%, [0-9]* a second, [0-9]* s left" terminal
    ww 0 replay -o other scene:rear-wall
    ! grep -q 'a second, .* left' .err
    ww 0 replay -q -o third scene:rear-wall
    equal "$(cat .err)" "" "what is said with -q"
}

# changed_light FILE LUMA: the scene without anybody, whose brightness is LUMA of `val` from 10 to 17 s.
changed_light() {
    scene_y4m
    ffmpeg -v error -nostdin -i "$SHARED/scene.y4m" -frames:v 1 -vf scale=640:360 one.png
    ffmpeg -v error -nostdin -loop 1 -framerate 10 -i one.png -t 24 -c:v mjpeg -q:v 3 -pix_fmt yuvj420p \
        -vf "noise=alls=6:allf=t,lutyuv=y='$2':enable='between(t,10,17)'" "$1"
    ww 0 replay -o out "$1"
    equal "$(events out '[.type, .detail] | join(" ")' | sort | uniq -c | xargs)" "2 camera light" lines
    chain_holds out
}

# As a camera that switches to infrared and back: leaves are bright now, the sky is dark.
test_the_switch_to_infrared_is_told_and_is_no_event() {
    changed_light switch.avi '230-val*0.8'
    within "$(events out '.duration' | sort -n | tail -1)" 0 2 "seconds until the background is known"
    says "switch: the light changed all over the picture; it was learned anew in "
}

# Lamps that go out and on again: the picture is only darker.
test_lamps_that_go_out_are_told_and_are_no_event() {
    changed_light lamps.avi 'val*0.6'
    says "lamps: the light changed all over the picture, to "
    within "$(events out '.reason' | sed -n '1s/.* to \([0-9]*\) %.*/\1/p')" 57 63 "percent of the light"
    within "$(events out '.reason' | sed -n '2s/.* to \([0-9]*\) %.*/\1/p')" 160 175 "percent of that"
}

test_an_open_event_at_the_end_is_ended() {
    scene_y4m
    ffmpeg -v error -y -t 14 -i "$SHARED/scene.y4m" -c:v mjpeg -q:v 4 -pix_fmt yuvj420p short.avi
    ww 0 replay -o out short.avi
    all_ended out
    equal "$(events out 'select(.phase == "end") | .frame')" 209 "last frame"
    evidence_holds out
}
