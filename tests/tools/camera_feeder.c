/* Makes a V4L2 loopback device a camera: JPEGs of a folder, at a pace, some of them damaged.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   camera_feeder DEVICE WIDTHxHEIGHT FPS FOLDER [--damage N] [--count N]
 *
 * --damage N: every Nth JPEG is damaged, in six ways in turns. --count N: ends after so many frames; until
 * SIGUSR1 the first one is sent again and again, and not counted. The folder is played again and again.
 * Prints how many frames it sent and how many were damaged. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { WAYS = 6, MARGIN = 64, MOST_JPEGS = 4096 };

struct jpeg {
    uint8_t *bytes;
    size_t size;
};

static struct jpeg jpegs[MOST_JPEGS];
static volatile sig_atomic_t stopped, begun;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static void start(int signal)
{
    (void)signal;
    begun = 1;
}

static int is_jpeg(const struct dirent *entry)
{
    return strstr(entry->d_name, ".jpg") != NULL;
}

static struct jpeg load(const char *folder, const char *name)
{
    char path[4096];
    struct jpeg jpeg = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return jpeg;
    fseek(file, 0, SEEK_END);
    jpeg.size = (size_t)ftell(file);
    rewind(file);
    jpeg.bytes = calloc(1, jpeg.size + MARGIN);
    if (!jpeg.bytes || fread(jpeg.bytes, 1, jpeg.size, file) != jpeg.size)
        jpeg.size = 0;
    fclose(file);
    return jpeg;
}

/* Where a marker segment begins; 0: there is none. */
static size_t find_marker(const struct jpeg *jpeg, uint8_t marker, size_t from)
{
    for (size_t i = from; i + 1 < jpeg->size; i++)
        if (jpeg->bytes[i] == 0xff && jpeg->bytes[i + 1] == marker)
            return i;
    return 0;
}

static void flip_bytes(struct jpeg *jpeg)
{
    size_t scan = find_marker(jpeg, 0xda, 2) + 20;
    for (size_t i = scan + (jpeg->size - scan) / 4; i + 2 < jpeg->size; i += 61)
        jpeg->bytes[i] ^= 0x55;
}

static void insert_before_end(struct jpeg *jpeg)
{
    static const uint8_t stray[] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 1, 2, 3, 4, 5, 6, 7, 8};
    memmove(jpeg->bytes + jpeg->size - 2 + sizeof stray, jpeg->bytes + jpeg->size - 2, 2);
    memcpy(jpeg->bytes + jpeg->size - 2, stray, sizeof stray);
    jpeg->size += sizeof stray;
}

/* Tables of quantisation become comments. */
static void lose_tables(struct jpeg *jpeg)
{
    for (size_t at = 0; (at = find_marker(jpeg, 0xdb, at + 2)) != 0;)
        jpeg->bytes[at + 1] = 0xfe;
}

/* Half the width, in the header only. */
static void lie_about_size(struct jpeg *jpeg)
{
    size_t frame = find_marker(jpeg, 0xc0, 2);
    unsigned width = (unsigned)(jpeg->bytes[frame + 7] << 8 | jpeg->bytes[frame + 8]) / 2;
    jpeg->bytes[frame + 7] = (uint8_t)(width >> 8);
    jpeg->bytes[frame + 8] = (uint8_t)width;
}

static void damage(struct jpeg *jpeg, int way)
{
    switch (way) {
    case 0: jpeg->size = jpeg->size * 2 / 3; break;
    case 1: flip_bytes(jpeg); break;
    case 2: insert_before_end(jpeg); break;
    case 3: lose_tables(jpeg); break;
    case 4: jpeg->size = 1; break; /* an empty write would be no frame */
    default: lie_about_size(jpeg); break;
    }
}

static int become_camera(const char *device, unsigned width, unsigned height)
{
    int fd = open(device, O_RDWR);
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
    if (fd < 0 || ioctl(fd, VIDIOC_G_FMT, &format) != 0)
        return -1;
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
    format.fmt.pix.sizeimage = width * height * 2;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    if (ioctl(fd, VIDIOC_S_FMT, &format) != 0)
        return -1;
    /* Makes it the device's writer, so that another can follow. */
    return ioctl(fd, VIDIOC_STREAMON, &format.type) == 0 ? fd : -1;
}

static void wait_until(struct timespec *when, double interval)
{
    long long nanoseconds = when->tv_nsec + (long long)(interval * 1e9);
    when->tv_sec += (time_t)(nanoseconds / 1000000000);
    when->tv_nsec = (long)(nanoseconds % 1000000000);
    while (!stopped && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, when, NULL) == EINTR)
        ;
}

static int send_one(int fd, const struct jpeg *jpeg, int way)
{
    struct jpeg copy = {calloc(1, jpeg->size + MARGIN), jpeg->size};
    if (!copy.bytes || !jpeg->bytes) {
        free(copy.bytes);
        return -1;
    }
    memcpy(copy.bytes, jpeg->bytes, jpeg->size);
    if (way >= 0)
        damage(&copy, way);
    ssize_t sent = write(fd, copy.bytes, copy.size);
    free(copy.bytes);
    return sent < 0 ? -1 : 0;
}

/* Returns how many there are. */
static int load_all(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_jpeg, alphasort);
    count = count > MOST_JPEGS ? MOST_JPEGS : count;
    for (int i = 0; i < count; i++)
        jpegs[i] = load(folder, entries[i]->d_name);
    return count;
}

int main(int argc, char **argv)
{
    unsigned width, height;
    long every = 0, most = -1, sent = 0, damaged = 0;
    if (argc < 5 || sscanf(argv[2], "%ux%u", &width, &height) != 2)
        return 2;
    for (int i = 5; i + 1 < argc; i += 2)
        *(strcmp(argv[i], "--damage") == 0 ? &every : &most) = atol(argv[i + 1]);
    int count = load_all(argv[4]);
    int fd = count > 0 ? become_camera(argv[1], width, height) : -1;
    if (fd < 0) {
        perror(argv[1]);
        return 1;
    }
    signal(SIGTERM, stop);
    signal(SIGUSR1, start);
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    while (most >= 0 && !begun && !stopped && send_one(fd, &jpegs[0], -1) == 0)
        wait_until(&when, 1 / atof(argv[3]));
    for (long n = 0; !stopped && n != most; n++) {
        int way = every > 0 && n % every == every - 1 ? (int)(n / every % WAYS) : -1;
        if (send_one(fd, &jpegs[n % count], way) != 0)
            break;
        sent++;
        damaged += way >= 0;
        wait_until(&when, 1 / atof(argv[3]));
    }
    close(fd);
    printf("%ld sent, %ld damaged\n", sent, damaged);
    return 0;
}
