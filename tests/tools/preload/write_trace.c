/* Preloaded into wallwatch: writes down what it does to files, in order. SPDX-License-Identifier: Apache-2.0
 *
 * $WRITE_TRACE names the trace. A record is a line of text, some followed by bytes; files are told apart by
 * their inode:
 *   O inode made path          opened for writing; made: 1 where it was not there
 *   W inode offset size        and the bytes
 *   T inode size               cut or grown to that
 *   S inode                    synced
 *   D path                     a folder was synced
 *   R from<tab>to              renamed
 *   U path                     removed
 *   M path                     a folder was made
 * Each is written when it has happened, so that what is synced was. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library calls its parameters otherwise. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;

static void note(const char *bytes, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* With the lock held. */
static void note(const char *bytes, size_t size, const char *format, ...)
{
    char line[3 * PATH_MAX];
    va_list arguments;
    int kept = errno;
    if (trace < 0) {
        const char *path = getenv("WRITE_TRACE");
        trace =
            path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
                 : -1;
    }
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (trace >= 0 && (syscall(SYS_write, trace, line, length) != length ||
                       (size > 0 && syscall(SYS_write, trace, bytes, size) != (long)size)))
        abort();
    errno = kept;
}

static const char *path_of(int folder, const char *path, char *whole)
{
    char link[64], base[PATH_MAX];
    if (folder == AT_FDCWD || *path == '/')
        return path;
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t size = readlink(link, base, sizeof base - 1);
    base[size > 0 ? size : 0] = '\0';
    snprintf(whole, 2 * PATH_MAX, "%s/%s", base, path);
    return whole;
}

static int is_file(int fd, struct stat *info)
{
    return fstat(fd, info) == 0 && S_ISREG(info->st_mode);
}

static int open_as(int folder, const char *path, int flags, int mode)
{
    char whole[2 * PATH_MAX];
    struct stat info;
    if (!(flags & (O_WRONLY | O_RDWR)))
        return (int)syscall(SYS_openat, folder, path, flags, mode);
    pthread_mutex_lock(&lock);
    int made = faccessat(folder, path, F_OK, 0) != 0;
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && is_file(fd, &info)) {
        note(NULL, 0, "O %ju %d %s\n", (uintmax_t)info.st_ino, made, path_of(folder, path, whole));
        if ((flags & O_TRUNC) && !made)
            note(NULL, 0, "T %ju 0\n", (uintmax_t)info.st_ino);
    }
    pthread_mutex_unlock(&lock);
    return fd;
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

ssize_t write(int fd, const void *bytes, size_t size)
{
    struct stat info;
    pthread_mutex_lock(&lock);
    ssize_t written = syscall(SYS_write, fd, bytes, size);
    if (written > 0 && fd > STDERR_FILENO && is_file(fd, &info))
        note(bytes, (size_t)written, "W %ju %jd %zd\n", (uintmax_t)info.st_ino,
             (intmax_t)lseek(fd, 0, SEEK_CUR) - (intmax_t)written, written);
    pthread_mutex_unlock(&lock);
    return written;
}

int ftruncate(int fd, off_t size)
{
    struct stat info;
    pthread_mutex_lock(&lock);
    int code = (int)syscall(SYS_ftruncate, fd, size);
    if (code == 0 && fstat(fd, &info) == 0)
        note(NULL, 0, "T %ju %jd\n", (uintmax_t)info.st_ino, (intmax_t)size);
    pthread_mutex_unlock(&lock);
    return code;
}

static int sync_as(long call, int fd)
{
    char link[64], path[PATH_MAX];
    struct stat info;
    pthread_mutex_lock(&lock);
    int code = (int)syscall(call, fd);
    if (code == 0 && is_file(fd, &info)) {
        note(NULL, 0, "S %ju\n", (uintmax_t)info.st_ino);
    } else if (code == 0) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t size = readlink(link, path, sizeof path - 1);
        path[size > 0 ? size : 0] = '\0';
        note(NULL, 0, "D %s\n", path);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

int fsync(int fd)
{
    return sync_as(SYS_fsync, fd);
}

int fdatasync(int fildes)
{
    return sync_as(SYS_fdatasync, fildes);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    char whole_from[2 * PATH_MAX], whole_to[2 * PATH_MAX];
    pthread_mutex_lock(&lock);
    int code = (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
    if (code == 0)
        note(NULL, 0, "R %s\t%s\n", path_of(from_folder, from, whole_from), path_of(to_folder, to, whole_to));
    pthread_mutex_unlock(&lock);
    return code;
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int folder, const char *path, int flags)
{
    char whole[2 * PATH_MAX];
    pthread_mutex_lock(&lock);
    int code = (int)syscall(SYS_unlinkat, folder, path, flags);
    if (code == 0)
        note(NULL, 0, "U %s\n", path_of(folder, path, whole));
    pthread_mutex_unlock(&lock);
    return code;
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int mkdir(const char *path, mode_t mode)
{
    pthread_mutex_lock(&lock);
    int code = (int)syscall(SYS_mkdir, path, mode);
    if (code == 0)
        note(NULL, 0, "M %s\n", path);
    pthread_mutex_unlock(&lock);
    return code;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name,bugprone-macro-parentheses) */
