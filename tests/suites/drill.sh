# Drills: somebody who is drawn into footage, and into what live cameras see. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

site() { # further lines of the camera
    cat >site.yaml <<YAML
cameras:
  - name: yard
    walls: [{name: rear, line: [[0, 0.36], [1, 0.36]], outside: left, strip: 0.06}]
    person: [[0.5, 0.62, 0.24], [0.1, 0.95, 0.38]]
    ${1:-}
YAML
}

drill() { ww 0 drill -q -c site.yaml -o out "$@"; } # further arguments

outcomes() { # filter: how the drills went that it selects
    jq -r ".drills[] | select($1) | .outcome" out/drill.json | sort | uniq -c | awk '{printf "%s %s ", $2, $1}'
}

test_where_a_wall_is_guarded() {
    site
    drill --places 4 --rounds 2 scene:quiet-wall
    equal "$(jq '.drills | length' out/drill.json)" $((4 * 2 * 3 * 2)) "drills: places, ways, contrasts, rounds"
    # One place is free of the tree, and of the house.
    equal "$(outcomes '.at == 0.375 and (.contrast | fabs) > 0.5')" "seen 4 " "strong contrast"
    grep -qE '^rear +0\.38 +86 px +9 m +4 of 4 ' .out || fail "$(cat .out)"
    grep -qE '^rear: [0-9]+ of 48 drills seen, [0-9]+ % \(95 % sure: ' .out || fail "$(cat .out)"
    equal "$(jq -r '[.drills[] | select(.way == "walk" and .outcome == "missed") | .bbox[3] / .person_px | . > 0.9 and . < 1.4] | all and length > 0' out/drill.json)" \
        true "as tall as a person"
    equal "$(jq -r '[.drills[] | select(.outcome == "seen") | .delay_s > 0 and .delay_s < 8] | all' out/drill.json)" \
        true "times to the alarm"
    within "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 out/drill.jpg | tr , ' ' |
        awk '{print ($1 == 1280 && $2 > 720 && $2 < 900)}')" 1 1 "the picture: as wide as the scene, and a legend"
    ffprobe -v error out/missed.jpg
    mv out/drill.json before.json
    drill --places 4 --rounds 2 --threads 1 scene:quiet-wall
    cmp before.json out/drill.json
}

draw_quiet() { { "$BUILD/tests/tools/scene_y4m" quiet-wall || :; } | ffmpeg -v error -i - -t 25 -f yuv4mpegpipe "$target"; }

# What the camera cannot see is not guarded: the right half of the picture is black.
test_a_hidden_stretch_is_not() {
    site
    once quiet.y4m draw_quiet
    ffmpeg -v error -nostdin -i "$SHARED/quiet.y4m" -vf 'drawbox=x=iw/2:w=iw/2:h=ih:t=fill:color=black' -f yuv4mpegpipe half.y4m
    drill --places 4 --way climb half.y4m
    equal "$(outcomes '.at > 0.5')" "missed 6 " "in the dark"
    equal "$(outcomes '.at == 0.375 and (.contrast | fabs) > 0.5')" "seen 1 " "strong contrast in the light"
    grep -qE '^rear +0\.88 .* no$' .out || fail "$(cat .out)"
}

test_somebody_who_is_really_there_makes_drills_say_nothing() {
    site
    drill --places 2 --at 0.4 scene:rear-wall
    grep -q 'void' .out || fail "$(cat .out)"
    within "$(jq '[.drills[] | select(.outcome == "void")] | length' out/drill.json)" 1 100 "void drills"
}

test_a_wall_that_tells_who_goes_out_or_stays() {
    site
    sed -i 's/strip: 0.06/strip: 0.06, alarm: [outward]/' site.yaml
    drill --at 0.45 --rounds 1 scene:quiet-wall
    equal "$(jq -r '[.drills[] | .direction] | unique | join(" ")' out/drill.json)" outward directions
    equal "$(jq -r '[.drills[] | select(.alarm) | .alarm] | unique | join(" ")' out/drill.json)" exit alarms
    sed -i 's/alarm: \[outward\]/alarm: [loiter], dwell: 3s/' site.yaml
    drill --at 0.45 --rounds 1 scene:quiet-wall
    equal "$(jq -r '[.drills[] | .way] | unique | join(" ")' out/drill.json)" stay ways
    equal "$(jq -r '[.drills[] | select(.alarm) | .alarm] | unique | join(" ")' out/drill.json)" loiter alarms
}

test_drills_that_cannot_be() {
    site
    ww 2 drill scene:quiet-wall
    says "-c FILE is missing"
    ww 2 drill -c site.yaml --wall front scene:quiet-wall
    says "camera 'yard' has no wall 'front'"
    ww 2 drill -c site.yaml --at 2 scene:quiet-wall
    says "--at needs a part of the wall's length"
    ww 2 drill -c site.yaml --way fly scene:quiet-wall
    says "--way needs walk or climb, not 'fly'"
    ww 2 drill -c site.yaml
    says "camera 'yard' has no source; name some footage"
    scene_y4m
    ffmpeg -v error -nostdin -i "$SHARED/scene.y4m" -t 3 -f yuv4mpegpipe short.y4m
    ww 1 drill -c site.yaml -o out short.y4m
    says "short.y4m is too short: a drill here needs "
    ww 1 drill -c site.yaml -o out none.mp4
    says "none.mp4"
    sed -i '/person/d' site.yaml
    ww 0 drill -q -c site.yaml -o out --at 0.4 --rounds 1 scene:quiet-wall
    says "'yard' has no 'person:', so everybody is taken to be a sixth of the picture tall"
    printf 'cameras: [{name: a, drill: {every: 6h}}]\n' >bare.yaml
    ww 0 check -c bare.yaml
    says "a: it is drilled every 6h, and has no wall to be drilled at; drills begin when one is drawn"
    printf 'cameras: [{name: a, source: "scene:quiet-wall", drill: {every: 6h}}]\n' >bare.yaml
    ww 0 run -o bare -c bare.yaml --duration 1
    says "a: there is no wall to be drilled at; drills begin when one is drawn"
    # A wall that is drawn is one.
    printf 'cameras: [{name: a, walls: [{name: w, line: [[0, 0.4], [1, 0.4]], outside: left}]}]\n' >bare.drawn.yaml
    ww 0 check -c bare.yaml
    ! grep -q 'no wall to be drilled' .err || fail "$(cat .err)"
    site 'drill: {every: 1s}'
    ww 2 check -c site.yaml
    says "a duration such as 6h was expected, 10s at least, not '1s'"
}

ended() { [ "$(events out 'select(.type == "drill" and .phase == "end") | .event' 2>/dev/null | wc -l)" -ge "$1" ]; }

# Without footage.
test_what_the_camera_sees_now() {
    site 'source: scene:quiet-wall'
    drill --at 0.45 --way climb
    equal "$(outcomes '(.contrast | fabs) > 0.5')" "seen 1 " "strong contrast"
}

test_a_live_camera_drills_by_itself() {
    site 'source: scene:quiet-wall
    drill: {every: 10s}'
    begin -c site.yaml
    soon 60 ended 1
    finish
    says "yard: drill at wall rear begun: somebody who is drawn "
    equal "$(events out 'select(.type != "camera") | .type' | sort -u)" drill "what is told of who is drawn"
    events out 'select(.type == "drill" and .phase == "end") | .detail' | grep -qxE 'seen|missed'
    equal "$(events out 'select(.type == "drill" and has("original"))')" "" "an original of what no camera saw"
    events out 'select(.type == "drill" and .phase == "end") | .snapshot' | grep -q jpg
    chain_holds out
    evidence_holds out
    all_ended out
    ww 0 events --drills out
    grep -qE '^yard +rear +[0-9]+ of [0-9]+ ' .out || fail "$(cat .out)"
    ww 0 events --type drill out
    grep -qE ' yard +rear +drill +inward +(seen|missed|void) ' .out || fail "$(cat .out)"
}

# Ten seconds after it begins he really comes over the wall, and so does who is drawn.
test_a_real_intruder_is_told_though_a_drill_goes_on() {
    site 'source: scene:rear-wall'
    begin -c site.yaml
    soon 20 told online
    kill -USR1 $watcher
    soon 60 ended 1
    soon 30 log_has '"type":"breach","phase":"start"'
    finish
    events out 'select(.type == "drill" and .phase == "end") | .detail' | grep -qxE 'void|seen'
    equal "$(events out 'select(.type == "breach" and .phase == "start") | .direction')" inward "who really came"
}

# The strip is as deep as the yard, so that he is at the wall until he leaves the picture, twelve seconds later.
test_a_drill_is_void_while_somebody_is_really_there() {
    site 'source: scene:rear-wall'
    sed -i 's/strip: 0.06/strip: 0.6/' site.yaml
    begin -c site.yaml
    soon 30 log_has '"type":"breach","phase":"start"'
    kill -USR1 $watcher
    soon 30 ended 1
    finish
    equal "$(events out 'select(.type == "drill" and .phase == "end") | .detail')" void "the drill"
    equal "$(events out 'select(.type == "drill" and has("alarm"))')" "" "an alarm of it"
}
