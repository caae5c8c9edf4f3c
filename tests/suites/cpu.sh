# Other processors, emulated: none meets an instruction that it does not have, and all find the same.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

WITH_CLIPS=yes # they are compared, too

means() {
    case $BUILD in *address* | *thread*) skip "sanitizers do not run under emulation" ;; esac
    need qemu-x86_64 qemu-aarch64 aarch64-linux-gnu-gcc ffmpeg jq
    [ "$(uname -m)" = x86_64 ] || skip "the processors are emulated on x86-64"
}

# A processor whose kernels are those of an instruction set: everything runs there, and the log is ours.
runs_on() { # processor, instruction set
    frames jpegs jpg -vf "select='between(n,100,260)*not(mod(n,3))',scale=320:180" -vsync 0 -q:v 4 -pix_fmt yuvj420p
    qemu-x86_64 -cpu "$1" "$WALLWATCH" --version | grep -q "^kernels: $2 here;"
    qemu-x86_64 -cpu "$1" "$BUILD/tests/unit/kernels"
    qemu-x86_64 -cpu "$1" "$WALLWATCH" replay -q -o there --fps 5 --start 2024-06-01T22:00:00Z --masks masks_there "$SHARED/jpegs"
    ww 0 replay -q -o here --fps 5 --start 2024-06-01T22:00:00Z --masks masks_here "$SHARED/jpegs"
    cmp there/events.jsonl here/events.jsonl
    diff -r masks_there masks_here
    within "$(events here 'select(.phase == "start") | .frame' | wc -l)" 1 9 events
}

test_a_processor_without_avx() { runs_on Nehalem sse2; }
test_a_processor_without_avx512() { runs_on Haswell avx2; }

test_an_instruction_set_that_the_processor_lacks_is_refused() {
    local status=0
    WALLWATCH_CPU=avx2 qemu-x86_64 -cpu Nehalem "$WALLWATCH" replay -o out scene:rear-wall 2>.err || status=$?
    equal $status 2 status
    says "WALLWATCH_CPU is 'avx2', which this build or this processor does not have"
}

# The kernels alone are built for it: they are all that differs.
test_aarch64_makes_the_same_bytes() {
    local source objects=()
    for source in "$ROOT"/kernels/*.c; do
        aarch64-linux-gnu-gcc -O3 -std=gnu17 -Wall -Wextra -Wconversion -Werror -D_GNU_SOURCE -DWW_ISA=neon -ffp-contract=off \
            -I"$ROOT/kernels" -c "$source" -o "$(basename "$source").o"
        objects+=("$(basename "$source").o")
    done
    aarch64-linux-gnu-gcc -O2 -std=gnu17 -Wall -Wextra -Werror -D_GNU_SOURCE -I"$ROOT/kernels" -static \
        "$ROOT/tests/tools/kernel_sums.c" "${objects[@]}" -pthread -o sums
    qemu-aarch64 ./sums neon >neon
    qemu-aarch64 ./sums reference >reference
    "$BUILD/tests/tools/kernel_sums" reference >here
    cmp neon here
    cmp reference here
    equal "$(wc -l <here)" "$(grep -c '\.name = ' "$ROOT/kernels/trials.c")" kernels
}
