#!/usr/bin/env bash
# clang-format, clang-tidy, cppcheck and mandoc over what git knows. SPDX-License-Identifier: Apache-2.0
#
#   MODULES="pkg-config modules" DEFINES="-D… of what is optional" tests/lint.sh      JOBS=1: on one core
#   EFFORT=10000: how far paths through a function are followed; clang's own 225000 takes six times as long
set -u
cd "$(dirname "$0")/.."
mapfile -t sources < <(git ls-files '*.c' '*.h')
mapfile -t units < <(git ls-files '*.c')
# shellcheck disable=SC2046,SC2206
flags=(-std=gnu17 -D_GNU_SOURCE -Iinclude -Ikernels -Ipipeline -Itests/unit -Ibench/quality
    -DWW_ISA=sse2 ${DEFINES-} $(pkg-config --cflags $MODULES) -Xclang -analyzer-config -Xclang "max-nodes=${EFFORT:-225000}")
status=0

echo "clang-format: ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}" || status=1

echo "clang-tidy: ${#units[@]} files"
printf '%s\0' "${units[@]}" |
    xargs -0 -P "${JOBS:-$(nproc)}" -n 6 sh -c 'clang-tidy --quiet "$@" -- '"$(printf '%q ' "${flags[@]}")"' 2>&1 |
        grep -v "warnings generated\|warning generated\|^Suppressed\|^Use -header-filter" > /tmp/tidy.$$
        cat /tmp/tidy.$$; ! grep -q "error:\|warning:" /tmp/tidy.$$; failed=$?; rm -f /tmp/tidy.$$; exit $failed' _ ||
    status=1

echo "cppcheck"
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,performance,portability \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -j "${JOBS:-$(nproc)}" \
    -D__x86_64__ -D_GNU_SOURCE -DWW_ISA=sse2 -Iinclude -Ikernels -Ipipeline -Itests/unit -Ibench/quality \
    include kernels pipeline tests bench || status=1

echo "mandoc"
mandoc -T lint -W warning pipeline/wallwatch.1 || status=1
exit $status
