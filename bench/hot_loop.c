/* What detection costs after the luma plane, on the frames of a recording. SPDX-License-Identifier:
 * Apache-2.0
 *
 *   hot_loop FILE WIDTH HEIGHT
 *
 * FILE holds raw 8-bit grey frames. Prints "name microseconds" lines: the median over all frames but those of
 * the first second. A frame has just been written, as by a decoder; `cold`: everything has left the caches
 * before it. One thread, unless told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <wallwatch/wallwatch.h>

#include "detect/background.h"
#include "detect/blobs.h"
#include "detect/cleaner.h"
#include "detect/regions.h"
#include "detect/sample_model.h"

enum { RATE = 25, OUT_OF_CACHE = 128 << 20 };

struct footage {
    uint8_t *bytes;
    size_t frames;
    uint32_t width, height;
};

struct subject {
    struct ww_sample_model *samples;
    struct ww_background *light;
    struct ww_detector *detector;
    struct ww_bitplane nothing, foreground;
    /* After the light model: */
    struct ww_cleaner *cleaner;
    struct ww_labeller *labeller;
    struct ww_regions regions;
    struct ww_bitplane clean, near;
};

static uint8_t *pushed_out;

static void push_out(void)
{
    for (size_t i = 0; i < OUT_OF_CACHE; i += 64)
        pushed_out[i]++;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Background, cleaning, components. */
static void step_light(struct subject *subject, const struct ww_luma *luma, double pts)
{
    const struct ww_blob_rules rules = {.min_component = luma->width * luma->height / 24000,
                                        .min_area = luma->width * luma->height / 6000,
                                        .gap = (int)(luma->height / 60) + 1};
    struct ww_blob *blobs;
    ww_background_step(subject->light, luma, pts, &subject->foreground);
    if (!subject->cleaner)
        return;
    ww_cleaner_run(subject->cleaner, &subject->foreground, &subject->clean, &subject->near);
    ww_labeller_find(subject->labeller, &subject->clean, &subject->regions, &rules, &blobs);
}

static void step(struct subject *subject, const struct ww_luma *luma, size_t frame)
{
    struct ww_findings findings;
    struct ww_error error;
    double pts = (double)frame / RATE;
    if (subject->samples)
        ww_sample_model_step(subject->samples, luma, pts, 0, &subject->nothing, &subject->nothing,
                             &subject->foreground);
    else if (subject->light)
        step_light(subject, luma, pts);
    else if (ww_detector_step(subject->detector, luma, (int64_t)frame, pts, &findings, &error) != 0)
        exit(1);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, const struct footage *footage, struct subject *subject, bool cold)
{
    double *spent = calloc(footage->frames, sizeof *spent);
    size_t bytes = (size_t)footage->width * footage->height, count = 0;
    uint8_t *decoded = malloc(bytes);
    if (!spent || !decoded)
        exit(1);
    for (size_t i = 0; i < footage->frames; i++) {
        const struct ww_luma luma = {decoded, footage->width, footage->width, footage->height};
        memcpy(decoded, footage->bytes + i * bytes, bytes);
        if (cold)
            push_out();
        double before = now();
        step(subject, &luma, i);
        if (i >= RATE)
            spent[count++] = now() - before;
    }
    qsort(spent, count, sizeof *spent, ascending);
    printf("%s%s %.1f\n", name, cold ? "-cold" : "", spent[count / 2]);
    free(spent);
    free(decoded);
}

static void measure_light(const struct footage *footage, struct subject *subject,
                          const struct ww_background_parameters *parameters, bool cold)
{
    uint32_t width = footage->width, height = footage->height;
    const struct ww_detector_config whole = {.width = width, .height = height};
    struct ww_error error;
    subject->light = ww_background_create(width, height, parameters);
    measure("light-model", footage, subject, cold);
    ww_background_destroy(subject->light);
    subject->light = ww_background_create(width, height, parameters);
    subject->cleaner = ww_cleaner_create(width, height, 0);
    subject->labeller = ww_labeller_create(width, height);
    if (!subject->light || !subject->cleaner || !subject->labeller ||
        ww_regions_create(&subject->regions, &whole, &error) != 0 ||
        ww_bitplane_create(&subject->clean, width, height) ||
        ww_bitplane_create(&subject->near, width, height))
        exit(1);
    measure("light-to-components", footage, subject, cold);
    ww_background_destroy(subject->light);
    ww_cleaner_destroy(subject->cleaner);
    ww_labeller_destroy(subject->labeller);
    ww_regions_destroy(&subject->regions);
    ww_bitplane_destroy(&subject->clean);
    ww_bitplane_destroy(&subject->near);
    subject->light = NULL;
    subject->cleaner = NULL;
}

static void measure_all(const struct footage *footage, bool cold)
{
    struct ww_sample_parameters sampled = {.sample_seconds = 0.16,
                                           .slow_seconds = 4,
                                           .warm_up_seconds = 1,
                                           .absorb_seconds = 10,
                                           .threshold = 17,
                                           .dark = 6,
                                           .threads = 1};
    static const struct ww_background_parameters averaged = {.mean_seconds = 6,
                                                             .foreground_seconds = 40,
                                                             .threshold_seconds = 6,
                                                             .min_threshold = 16,
                                                             .factor = 4,
                                                             .warm_up_seconds = 1};
    struct subject subject = {0};
    if (ww_bitplane_create(&subject.nothing, footage->width, footage->height) ||
        ww_bitplane_create(&subject.foreground, footage->width, footage->height))
        exit(1);
    measure_light(footage, &subject, &averaged, cold);
    for (; sampled.threads <= 2; sampled.threads++) {
        subject.samples = ww_sample_model_create(footage->width, footage->height, &sampled);
        measure(sampled.threads == 1 ? "samples-model" : "samples-model-two-threads", footage, &subject,
                cold);
        ww_sample_model_destroy(subject.samples);
    }
    subject.samples = NULL;
    for (int model = WW_MODEL_SAMPLES; model <= WW_MODEL_LIGHT; model++) {
        struct ww_error error;
        const struct ww_detector_config config = {.width = footage->width,
                                                  .height = footage->height,
                                                  .model = (enum ww_model)model};
        if (ww_detector_create(&subject.detector, &config, &error) != 0)
            exit(1);
        measure(model == WW_MODEL_LIGHT ? "light-all" : "samples-all", footage, &subject, cold);
        ww_detector_destroy(subject.detector);
    }
    ww_bitplane_destroy(&subject.nothing);
    ww_bitplane_destroy(&subject.foreground);
}

int main(int argc, char **argv)
{
    struct footage footage = {0};
    struct stat status;
    FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
    if (!file || fstat(fileno(file), &status) != 0)
        return 2;
    footage.width = (uint32_t)strtoul(argv[2], NULL, 10);
    footage.height = (uint32_t)strtoul(argv[3], NULL, 10);
    size_t bytes = (size_t)footage.width * footage.height;
    footage.frames = bytes ? (size_t)status.st_size / bytes : 0;
    footage.bytes = malloc(footage.frames * bytes + 1);
    pushed_out = calloc(1, OUT_OF_CACHE);
    if (footage.frames <= RATE || !footage.bytes || !pushed_out ||
        fread(footage.bytes, bytes, footage.frames, file) != footage.frames) {
        fclose(file);
        free(footage.bytes);
        free(pushed_out);
        return 2;
    }
    fclose(file);
    for (size_t i = 0; i < footage.frames * bytes; i += 64) /* the first touch of a page is not ours */
        pushed_out[0] ^= footage.bytes[i];
    measure_all(&footage, false);
    measure_all(&footage, true);
    free(footage.bytes);
    free(pushed_out);
    return 0;
}
