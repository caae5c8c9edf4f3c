#!/usr/bin/env bash
# Draws the kernels over their rooflines. SPDX-License-Identifier: Apache-2.0
#
#   BUILD=build bench/plot.sh [SIZE]
#
# A dot is a kernel's time a pixel, for frames of SIZE (1280x720) in the caches; the dash below it is its roofline:
# the larger of memory and ports. Kernels stand in the order of the bytes that they move. Writes
# $BUILD/bench/roofline.png, of $work/bench.json where AGAIN is set, instead of measuring anew.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
size=${1:-1280x720}
work=$BUILD/bench/work
mkdir -p "$work"
export LC_ALL=C

[ -n "${AGAIN:-}" ] || "$BUILD/wallwatch" bench --json --size "$size" >"$work/bench.json"
cpu=$(jq -r .cpu "$work/bench.json")
hot='[.kernels[] | select(.state == "hot" and .isa != "reference")]'
order="[$hot | group_by(.name)[] | .[0]] | sort_by(.bytes_per_frame) | map(.name)"
jq -r "$hot as \$all | ($order)[] as \$name | first(\$all[] | select(.name == \$name)) |
    [\$name, (.bytes_per_frame / (.width * .height) * 10 | round / 10)] | @tsv" "$work/bench.json" >"$work/kernels.tsv"
tics=$(awk -F '\t' '{ printf "%s\"%s\\n%s B\" %d", (NR > 1 ? ", " : ""), $1, $2, NR }' "$work/kernels.tsv" | sed 's/_/ /g')
isas=$(jq -r "$hot | map(.isa) | unique[]" "$work/bench.json" | awk '{ print index("sse2 avx2 avx512", $1), $1 }' | sort -n | cut -d' ' -f2)
count=$(wc -w <<<"$isas")
declare -A colours=([avx512]='#0072b2' [avx2]='#e69f00' [sse2]='#882255' [neon]='#009e73')
plots=()
turn=0
for isa in $isas; do
    jq -r --arg isa "$isa" --argjson shift "$(awk -v turn=$turn -v count="$count" 'BEGIN { print (turn - (count - 1) / 2) * 0.22 }')" \
        "$hot as \$all | ($order) as \$order | \$all[] | select(.isa == \$isa) | .name as \$name |
        (.ns_per_frame / (.width * .height)) as \$ns |
        [(\$order | index(\$name)) + 1 + \$shift, \$ns, \$ns * .roofline_share] | @tsv" "$work/bench.json" >"$work/$isa.tsv"
    colour=${colours[$isa]:-black}
    plots+=("'$work/$isa.tsv' using 1:3:(0):(\$2-\$3) with vectors nohead linewidth 1 linecolor rgb '$colour' notitle")
    plots+=("'$work/$isa.tsv' using (\$1-0.09):3:(0.18):(0) with vectors nohead linewidth 3 linecolor rgb '$colour' notitle")
    plots+=("'$work/$isa.tsv' using 1:2 with points pointtype 7 pointsize 1.3 linecolor rgb '$colour' title '$isa'")
    turn=$((turn + 1))
done
list=$(printf ', %s' "${plots[@]}")
gnuplot <<END
set terminal pngcairo size 1200,640 font 'DejaVu Sans,12'
set output '$BUILD/bench/roofline.png'
set title "Kernels at $size, in cache: $cpu, one core; dashes are rooflines" noenhanced
set xlabel 'kernels, and the bytes that they move a pixel' offset 0,-1
set bmargin 5
set ylabel 'nanoseconds a pixel'
set logscale y
set grid ytics
set key left top
set xtics nomirror font ',11' ($tics)
set xrange [0.5:$(wc -l <"$work/kernels.tsv").5]
plot ${list#, }
END
echo "$BUILD/bench/roofline.png"
