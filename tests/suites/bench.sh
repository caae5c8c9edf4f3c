# wallwatch bench: what it prints, not how fast anything is. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

test_json_has_every_instruction_set() {
    need jq
    ww 0 bench --json --size 64x64
    local isa
    for isa in $("$WALLWATCH" --version | sed -n 's/.*built in: //p'); do
        equal "$(jq -r --arg isa "$isa" '[.kernels[] | select(.isa == $isa and .state == "hot") | .name] | sort | join(" ")' .out)" \
            "$(sed -n 's/.*\.name = "\(.*\)",/\1/p' "$ROOT/kernels/trials.c" | sort | tr '\n' ' ' | sed 's/ $//')" "kernels of $isa"
    done
    # Luma once, two states of 16 bits read and written, a bit a pixel.
    equal "$(jq '[.kernels[] | select(.name == "background") | .bytes_per_frame] | unique[0]' .out)" $((64 * 64 + 2 * 2 * 64 * 64 + 64 * 64 / 8)) bytes
    equal "$(jq '[.kernels[] | select(.ns_per_frame <= 0 or .roofline_share <= 0)] | length' .out)" 0 "times that are none"
    jq -e '.cpu | length > 0' .out >/dev/null
    # The larger limit is the roofline; the reference has no vector instructions to count.
    jq -e '[.kernels[] | ([.memory_ns, .ports_ns // 0] | max) / .ns_per_frame / .roofline_share - 1 | fabs] | max < 0.01' .out >/dev/null
    equal "$(jq '[.kernels[] | select(.isa == "reference") | .ports_ns] | unique' -c .out)" '[null]' "ports of the reference"
}

test_a_table() {
    ww 0 bench --kernel halve --size 64x64
    grep -qE '^kernel +size +isa +state +µs +GB/s +ns/pixel +cycles/pixel +memory µs +ports µs +of roofline +spread$' .out
    grep -qE '^halve +64x64 +reference +hot ' .out
    ! grep -q background .out
}

test_wrong_usage() {
    ww 2 bench --kernel blur
    says "there is no kernel 'blur'; there are background, halve, "
    ww 2 bench --size huge
    says "--size needs a size such as 1280x720, not 'huge'"
    ww 2 bench now
    says "'now' was not expected"
}
