# What `make install` puts where, and whether a program can be built against it. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

install_into() { # folder, variables
    "$MAKE" -C "$ROOT" -s BUILD="$BUILD" CC="$CC" install DESTDIR="$1" "${@:2}" >install.log 2>&1 || {
        cat install.log
        return 1
    }
}

# With the flags that pkg-config gives, linked in two ways.
embeds() { # prefix
    export PKG_CONFIG_PATH=$1/lib/pkgconfig
    # shellcheck disable=SC2046
    $CC -Wall -Wextra -Werror "$ROOT/tests/tools/embed.c" $(pkg-config --cflags --libs wallwatch) \
        -Wl,-rpath,"$1/lib" -o shared
    ldd shared >needs # grep -q may end before it does, and a broken pipe counts
    grep -q "libwallwatch.so.0 => $1/lib/" needs
    # shellcheck disable=SC2046
    $CC -Wall -Wextra -Werror "$ROOT/tests/tools/embed.c" $(pkg-config --cflags wallwatch) \
        "$1/lib/libwallwatch.a" $(pkg-config --static --libs-only-l --libs-only-other wallwatch | sed "s/-lwallwatch//") -o static
    ./shared >shared.txt
    ./static >static.txt
    cmp shared.txt static.txt
    equal "$(cat shared.txt)" "start 40
end 89" "events"
}

test_a_program_embeds_the_installed_library() {
    need pkg-config
    case $BUILD in *address* | *thread*) skip "the library is built with a sanitizer" ;; esac
    install_into "" PREFIX="$FOLDER/usr"
    embeds "$FOLDER/usr"
}

test_cplusplus_can_read_the_headers() {
    need g++
    install_into "" PREFIX="$FOLDER/usr"
    echo '#include <wallwatch/wallwatch.h>
int main() { return ww_detector_isa()[0] == 0; }' >program.cc
    g++ -Wall -Wextra -Werror -fsyntax-only -I"$FOLDER/usr/include" program.cc
}

test_destdir_is_not_in_what_is_installed() {
    install_into "$FOLDER/stage" PREFIX=/opt/ww
    grep -qx "prefix=/opt/ww" stage/opt/ww/lib/pkgconfig/wallwatch.pc
    ! grep -rqa "$FOLDER" stage/opt/ww/lib/pkgconfig stage/opt/ww/share
    local file
    for file in bin/wallwatch lib/libwallwatch.a lib/libwallwatch.so lib/libwallwatch.so.0 \
        include/wallwatch/wallwatch.h share/man/man1/wallwatch.1; do
        [ -e "stage/opt/ww/$file" ] || fail "$file is missing"
    done
    grep -qx 'ExecStart=/opt/ww/bin/wallwatch run -c /etc/wallwatch/site.yaml' stage/opt/ww/lib/systemd/system/wallwatch.service
    stage/opt/ww/bin/wallwatch --version | grep -q '^wallwatch [0-9]'
}

test_uninstall_leaves_nothing() {
    install_into "" PREFIX="$FOLDER/usr"
    "$MAKE" -C "$ROOT" -s BUILD="$BUILD" uninstall PREFIX="$FOLDER/usr" >/dev/null
    equal "$(find usr ! -type d | wc -l)" 0 "files left"
}

# Only what is declared as public is to be seen.
test_the_library_shows_only_its_own_names() {
    case $BUILD in *address* | *thread*) skip "a sanitizer adds names" ;; esac
    local names
    names=$(nm -D --defined-only "$BUILD"/libwallwatch.so.*.* | awk '{print $3}' | sort | tr '\n' ' ')
    equal "$names" "ww_detector_arm ww_detector_create ww_detector_destroy ww_detector_finish ww_detector_isa ww_detector_step ww_fail ww_hindsight_create ww_hindsight_destroy ww_hindsight_note ww_hindsight_tell " names
}
