# A Debian kernel with its modules and v4l2loopback, unpacked beside the build. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# Where unpacked packages lie; kept from one test run to the next.
vm_root=$BUILD/vm/root

fetch_packages() { # names; into the current folder
    apt-get download "$@" >download.log 2>&1 && return
    [ "$(id -u)" = 0 ] && apt-get -qq update >>download.log 2>&1 && apt-get download "$@" >>download.log 2>&1 && return
    cat download.log
    return 1
}

# The packages' own paths mean the root of a system; theirs lies elsewhere.
build_loopback() { # kernel version
    local headers=$vm_root/usr/src/linux-headers-$1 module
    module=$(echo "$vm_root"/usr/src/v4l2loopback-*)
    sed -i "s|/usr/src/|$vm_root/usr/src/|g; s|/usr/lib/|$vm_root/usr/lib/|g" "$headers/Makefile" "$headers/.kernelvariables" &&
        "$MAKE" -C "$headers" M="$module" modules &&
        cp "$module/v4l2loopback.ko" "$vm_root/lib/modules/$1/" &&
        depmod -b "$vm_root" "$1"
}

newest_version() {
    apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: linux-image-//p' | head -1
}

# The version that the distribution has, or the one that is here already; nothing where there is none.
vm_version() {
    local version
    version=$(newest_version)
    if [ -z "$version" ] && [ ! -s "$BUILD/vm/version" ] && [ "$(id -u)" = 0 ]; then
        apt-get -qq update >/dev/null 2>&1 || :
        version=$(newest_version)
    fi
    echo "${version:-$(cat "$BUILD/vm/version" 2>/dev/null)}"
}

# Prints the kernel's version when all is there.
vm_kernel() {
    local version
    version=$(vm_version)
    if [ "$(cat "$BUILD/vm/version" 2>/dev/null)" != "$version" ]; then
        rm -rf "$BUILD/vm"
        mkdir -p "$BUILD/vm/packages" "$vm_root"
        (
            cd "$BUILD/vm/packages" && fetch_packages "linux-image-$version" "linux-headers-$version" "linux-headers-${version%-amd64}-common" \
                "linux-kbuild-${version%%.0-*}" v4l2loopback-dkms &&
                for package in *.deb; do dpkg -x "$package" "$vm_root" || exit 1; done &&
                build_loopback "$version"
        ) >"$BUILD/vm-build.log" 2>&1 || { cat "$BUILD/vm-build.log" >&2; return 1; }
        rm -rf "$BUILD/vm/packages"
        echo "$version" >"$BUILD/vm/version"
    fi
    echo "$version"
}
