/* Preloaded into wallwatch: a disk that is slow, or fails, as a file says. SPDX-License-Identifier:
 * Apache-2.0
 *
 * $DISK_FAULTS names a file; while it holds "slow" each sync takes 200 ms, while it holds "eio" none
 * succeeds. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_ordered(const char *fault)
{
    char text[16] = "";
    const char *path = getenv("DISK_FAULTS");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    return size > 0 && strncmp(text, fault, strlen(fault)) == 0;
}

static int spoil(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (is_ordered("eio")) {
        errno = EIO;
        return -1;
    }
    if (is_ordered("slow"))
        usleep(200000);
    return real(fd);
}

int fsync(int fd)
{
    return spoil("fsync", fd);
}

int fdatasync(int fildes)
{
    return spoil("fdatasync", fildes);
}
