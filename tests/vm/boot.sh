# Boots the virtual machine and keeps what its cases print. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
. tests/vm/kernel.sh

# busybox, init, and the modules without which the host's files cannot be mounted.
make_initramfs() { # folder, kernel version
    local tree=$1/tree path
    mkdir -p "$tree"/{bin,proc,host,modules}
    cp "$(command -v busybox)" "$tree/bin/busybox"
    cp "$ROOT/tests/vm/init" "$tree/init"
    chmod +x "$tree/init"
    modprobe -d "$vm_root" -S "$2" --show-depends -a virtio_pci virtio_blk 9pnet_virtio 9p |
        sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' |
        while read -r path; do
            cp "$path" "$tree/modules/"
            basename "$path" >>"$tree/modules/order"
        done
    {
        declare -p ROOT BUILD WALLWATCH vm_root | sed 's/^declare -[-x]* /export /'
        echo "export ONLY='${GUEST_ONLY:-.}' FEED=$SHARED/feed"
    } >"$tree/environment"
    (cd "$tree" && find . | cpio -o -H newc --quiet) >"$1/initramfs"
}

boot() { # folder for what it makes; leaves the guest's output in $1/console, what it writes to /dev/vda in $1/disk
    local version
    version=$(vm_kernel)
    make_initramfs "$1" "$version"
    truncate -s 128M "$1/disk"
    # Before all that runs beside it, where that is allowed: its cameras do not wait.
    nice -n -10 timeout -k 5 "${VM_SECONDS:-1150}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 \
        -kernel "$vm_root/boot/vmlinuz-$version" -initrd "$1/initramfs" \
        -append "console=ttyS0 quiet panic=-1 tsc=unstable" -nographic -no-reboot -nic none \
        -drive file="$1/disk",if=virtio,format=raw -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap </dev/null |
        tr -d '\r' >"$1/console"
}
