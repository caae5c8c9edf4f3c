/* Scores masks against ground truth, by the protocol of CDnet 2014: over all scored pixels of all scored
 * frames, recall, precision and F. SPDX-License-Identifier: Apache-2.0
 *
 *   score MASKS GROUNDTRUTH FIRST LAST
 *
 * MASKS holds bin%06d.png, GROUNDTRUTH gt%06d.png with 0 still, 50 shadow (still), 85 outside the region
 * and 170 unknown (neither is scored), 255 moving. Source: N. Goyette et al., "changedetection.net: A new
 * change detection benchmark dataset" (CVPRW 2012). */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

struct counts {
    unsigned long long hit, miss, false_alarm;
};

static unsigned char *read_png(const char *folder, const char *kind, int number, unsigned *width,
                               unsigned *height)
{
    char path[4096];
    png_image image = {.version = PNG_IMAGE_VERSION};
    snprintf(path, sizeof path, "%s/%s%06d.png", folder, kind, number);
    if (!png_image_begin_read_from_file(&image, path)) {
        fprintf(stderr, "score: cannot read '%s': %s\n", path, image.message);
        exit(1);
    }
    image.format = PNG_FORMAT_GRAY;
    unsigned char *pixels = malloc(PNG_IMAGE_SIZE(image));
    if (!pixels || !png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
        fprintf(stderr, "score: cannot read '%s': %s\n", path, image.message);
        exit(1);
    }
    *width = image.width;
    *height = image.height;
    return pixels;
}

static void score_frame(const char *masks, const char *truth, int number, struct counts *counts)
{
    unsigned width, height, true_width, true_height;
    unsigned char *mask = read_png(masks, "bin", number, &width, &height);
    unsigned char *real = read_png(truth, "gt", number, &true_width, &true_height);
    if (width != true_width || height != true_height) {
        fprintf(stderr, "score: frame %d is %ux%u, its truth %ux%u\n", number, width, height, true_width,
                true_height);
        exit(1);
    }
    for (size_t i = 0; i < (size_t)width * height; i++) {
        if (real[i] == 85 || real[i] == 170)
            continue;
        counts->hit += real[i] == 255 && mask[i];
        counts->miss += real[i] == 255 && !mask[i];
        counts->false_alarm += real[i] != 255 && mask[i];
    }
    free(mask);
    free(real);
}

int main(int argc, char **argv)
{
    struct counts counts = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: score MASKS GROUNDTRUTH FIRST LAST\n");
        return 2;
    }
    for (int number = atoi(argv[3]); number <= atoi(argv[4]); number++)
        score_frame(argv[1], argv[2], number, &counts);
    double hit = (double)counts.hit;
    double recall = hit / (hit + (double)counts.miss), precision = hit / (hit + (double)counts.false_alarm);
    printf("recall %.3f precision %.3f F %.3f\n", recall, precision,
           2 * recall * precision / (recall + precision));
    return 0;
}
