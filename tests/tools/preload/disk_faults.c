/* Preloaded into wallwatch: a disk that is slow, or fails, as a file says. SPDX-License-Identifier:
 * Apache-2.0
 *
 * $DISK_FAULTS names a file; while it holds "slow" each sync takes 200 ms, "eio" none succeeds, "erofs"
 * nothing can be written, named or removed, as on a disk that was remounted read-only, "edquot" no file can
 * be made or grow. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library calls its parameters otherwise. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */

static int is_ordered(const char *fault)
{
    char text[16] = "";
    const char *path = getenv("DISK_FAULTS");
    int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
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

/* 0: it is to be done. */
static int forbidden(int grows)
{
    errno = is_ordered("erofs") ? EROFS : grows && is_ordered("edquot") ? EDQUOT : 0;
    return errno;
}

/* What the program says is not on that disk. */
ssize_t write(int fd, const void *bytes, size_t size)
{
    struct stat info;
    if (fd > STDERR_FILENO && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && forbidden(1))
        return -1;
    return syscall(SYS_write, fd, bytes, size);
}

static int open_as(int folder, const char *path, int flags, int mode)
{
    if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) && strncmp(path, "/dev/", 5) != 0 &&
        forbidden(faccessat(folder, path, F_OK, 0) != 0))
        return -1;
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE_OF(flags, mode)                                                                                 \
    va_list rest;                                                                                            \
    va_start(rest, flags);                                                                                   \
    int mode = va_arg(rest, int);                                                                            \
    va_end(rest)

int open(const char *path, int flags, ...)
{
    MODE_OF(flags, mode);
    return open_as(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE_OF(flags, mode);
    return open_as(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags, mode);
    return open_as(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags, mode);
    return open_as(folder, path, flags, mode);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    return forbidden(0) ? -1 : (int)syscall(SYS_renameat, from_fd, from, to_fd, to);
}

int rename(const char *from, const char *to)
{
    return forbidden(0) ? -1 : (int)syscall(SYS_rename, from, to);
}

int unlinkat(int fd, const char *path, int flags)
{
    return forbidden(0) ? -1 : (int)syscall(SYS_unlinkat, fd, path, flags);
}

int unlink(const char *path)
{
    return forbidden(0) ? -1 : (int)syscall(SYS_unlink, path);
}

int mkdir(const char *path, mode_t mode)
{
    struct stat info;
    if (stat(path, &info) != 0 && forbidden(1))
        return -1;
    return (int)syscall(SYS_mkdir, path, mode);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */
