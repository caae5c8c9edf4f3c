/* SPDX-License-Identifier: Apache-2.0 */
#include "tampering.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "capture/scenes/canvas.h"

const char *const tampering_names[ALL_TAMPERINGS] = {"cloth",     "spray",     "torch",     "sun",
                                                     "defocus",   "turn",      "freeze",    "dark",
                                                     "untouched", "nightfall", "lamps out", "fog bank",
                                                     "lorry"};

static float limited(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static uint8_t level(float value)
{
    return (uint8_t)limited(value + 0.5f, 0, 255);
}

static float noise_at(const struct tampered *tampered, int index, int i)
{
    uint32_t bits = ww_hash((uint32_t)i * 2654435761u + (uint32_t)index * 40503u + tampered->seed);
    return ((float)(bits & 255) + (float)(bits >> 8 & 255) + (float)(bits >> 16 & 255)) / 128.0f - 3;
}

/* 0–1: how far it has come. */
static float progress(const struct tampered *tampered, double t)
{
    double in = (t - tampered->begins) / tampered->onset, out = (tampered->ends - t) / tampered->onset + 1;
    return limited((float)fmin(in, out), 0, 1);
}

/* Soft folds, and a weave that is out of focus; it slides over the picture from one side. */
static void cloth(const struct tampered *tampered, float on, int index, uint8_t *plane)
{
    int width = tampered->width, height = tampered->height;
    float cover = on * (0.85f + 0.015f * (float)tampered->strength) * (float)(width + 60);
    float shade = 18 + (float)(ww_hash(tampered->seed) % 60);
    bool from_left = ww_hash(tampered->seed + 1) & 1;
    for (int y = 0; y < height; y++) {
        float bulge = 20 * ww_sine((float)y / (float)height + 0.1f);
        for (int x = 0; x < width; x++) {
            float into = cover + bulge - (float)(from_left ? x : width - 1 - x);
            float part = limited(into / 40, 0, 1);
            int i = y * width + x;
            float fold = 7 * ww_sine((float)x / 170.0f + (float)y / 400.0f) +
                         4 * ww_sine((float)y / 90.0f - (float)x / 600.0f);
            float value = shade + fold + 1.5f * noise_at(tampered, index, i);
            plane[i] = level((float)plane[i] * (1 - part) + value * part);
        }
    }
}

static void blur(uint8_t *plane, int width, int height, int radius)
{
    int longest = width > height ? width : height;
    int *sums = calloc((size_t)longest + 1, sizeof *sums);
    if (!sums || radius < 1) {
        free(sums);
        return;
    }
    for (int round = 0; round < 4; round++) { /* twice each way: nearly a Gaussian */
        bool across = round % 2 == 0;
        int lines = across ? height : width, count = across ? width : height, step = across ? 1 : width;
        for (int line = 0; line < lines; line++) {
            uint8_t *first = plane + (across ? line * width : line);
            sums[0] = 0;
            for (int i = 0; i < count; i++)
                sums[i + 1] = sums[i] + first[i * step];
            for (int i = 0; i < count; i++) {
                int low = i - radius < 0 ? 0 : i - radius,
                    high = i + radius >= count ? count - 1 : i + radius;
                first[i * step] = (uint8_t)((sums[high + 1] - sums[low]) / (high - low + 1));
            }
        }
    }
    free(sums);
}

static void add_noise(const struct tampered *tampered, int index, float sigma, uint8_t *plane)
{
    for (int i = 0; i < tampered->width * tampered->height; i++)
        plane[i] = level((float)plane[i] + sigma * 1.16f * noise_at(tampered, index, i));
}

static void spray(const struct tampered *tampered, float on, int index, uint8_t *plane)
{
    float thick = on * (0.72f + 0.028f * (float)tampered->strength);
    float paint = 60 + (float)(ww_hash(tampered->seed + 2) % 130);
    blur(plane, tampered->width, tampered->height, (int)(on * (float)tampered->width / 40));
    for (int y = 0; y < tampered->height; y++) {
        for (int x = 0; x < tampered->width; x++) {
            int i = y * tampered->width + x;
            float blotch = 0.06f * ww_sine((float)x / 210.0f + 0.3f) * ww_sine((float)y / 130.0f);
            float part = limited(thick + on * blotch, 0, 1);
            plane[i] = level((float)plane[i] * (1 - part) + paint * part);
        }
    }
    add_noise(tampered, index, on * 1.5f, plane);
}

/* A glare around a spot; the camera's exposure gives way to it. */
static void shine(const struct tampered *tampered, float on, float radius, float veil, float exposure,
                  uint8_t *plane)
{
    float at_x = (float)tampered->width * (0.3f + 0.4f * (float)(ww_hash(tampered->seed + 3) % 100) / 100);
    float at_y = (float)tampered->height * (0.3f + 0.4f * (float)(ww_hash(tampered->seed + 4) % 100) / 100);
    float size = radius * (float)tampered->height, keeps = 1 + (exposure - 1) * on;
    for (int y = 0; y < tampered->height; y++) {
        for (int x = 0; x < tampered->width; x++) {
            float away = hypotf((float)x - at_x, (float)y - at_y) / size;
            float glare = on * (veil + 420 / (1 + away * away * away));
            int i = y * tampered->width + x;
            plane[i] = level((float)plane[i] * keeps + glare);
        }
    }
}

static int mirrored(int at, int side)
{
    at = abs(at) % (2 * side - 2);
    return at < side ? at : 2 * side - 2 - at;
}

static void turn(const struct tampered *tampered, float on, uint8_t *plane)
{
    int width = tampered->width, height = tampered->height;
    float far = (float)(width * (2 + 4 * tampered->strength)) / 100;
    int dx = (int)(on * far * (ww_hash(tampered->seed + 5) & 1 ? 1 : -1));
    int dy = (int)(on * far / 4 * (ww_hash(tampered->seed + 6) & 1 ? 1 : -1));
    uint8_t *copy = malloc((size_t)width * (size_t)height);
    if (!copy)
        abort();
    memcpy(copy, plane, (size_t)width * (size_t)height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            plane[y * width + x] = copy[mirrored(y + dy, height) * width + mirrored(x + dx, width)];
    free(copy);
}

/* Less light, and the noise of a sensor that does what it can. */
static void dim(const struct tampered *tampered, float light, float sigma, int index, uint8_t *plane)
{
    for (int i = 0; i < tampered->width * tampered->height; i++)
        plane[i] = level((float)plane[i] * light);
    add_noise(tampered, index, sigma, plane);
}

static void fog(const struct tampered *tampered, float on, uint8_t *plane)
{
    float thick = on * (0.3f + 0.04f * (float)tampered->strength);
    for (int y = 0; y < tampered->height; y++) {
        float part = thick * (1.15f - 0.3f * (float)y / (float)tampered->height);
        uint8_t *row = plane + (ptrdiff_t)y * tampered->width;
        for (int x = 0; x < tampered->width; x++)
            row[x] = level((float)row[x] * (1 - part) + 175 * part);
    }
}

/* Its side has planks, lashings, wheels; it comes from one end, stands, and leaves at the other. */
static void lorry(const struct tampered *tampered, double t, uint8_t *plane)
{
    int width = tampered->width, height = tampered->height;
    double passes = 2.5, total = tampered->ends + tampered->onset - tampered->begins;
    double since = t - tampered->begins;
    if (since < 0 || since > total)
        return;
    float place = since < passes           ? (float)(since / passes) - 1
                  : since > total - passes ? (float)((since - (total - passes)) / passes)
                                           : 0;
    int shift = (int)(place * (float)width * 1.1f);
    int top = height * (14 - tampered->strength) / 100, bottom = height * 97 / 100;
    for (int y = top; y < bottom; y++) {
        for (int x = 0; x < width; x++) {
            int along = x - shift;
            if (along < -width / 20 || along > width + width / 20)
                continue;
            float plank = (float)(ww_hash((uint32_t)(y / 9) + tampered->seed) % 26);
            bool lashing = (along + 4000) % 73 < 3;
            bool wheel = y > height * 78 / 100 && (along + 4000) % 210 < 90;
            float value = wheel ? 30 + (float)(ww_hash((uint32_t)(along / 6 + y / 6 * 57)) % 20)
                          : lashing
                              ? 60
                              : 105 + plank + (float)(ww_hash((uint32_t)(along / 5 + y / 3 * 911)) % 12);
            plane[y * width + x] = level(value);
        }
    }
}

static void freeze(const struct tampered *tampered, double t, uint8_t *frozen, uint8_t *plane)
{
    size_t size = (size_t)tampered->width * (size_t)tampered->height;
    if (t < tampered->begins)
        memcpy(frozen, plane, size);
    else if (t < tampered->ends)
        memcpy(plane, frozen, size);
}

void tamper(const struct tampered *tampered, double t, int index, const uint8_t *clear, uint8_t *frozen,
            uint8_t *out)
{
    float on = progress(tampered, t), strength = (float)tampered->strength;
    if (out != clear)
        memcpy(out, clear, (size_t)tampered->width * (size_t)tampered->height);
    if (tampered->what == FREEZE)
        freeze(tampered, t, frozen, out);
    if (tampered->what == LORRY)
        lorry(tampered, t, out);
    if (on <= 0)
        return;
    switch (tampered->what) {
    case CLOTH: cloth(tampered, on, index, out); break;
    case SPRAY: spray(tampered, on, index, out); break;
    case TORCH: shine(tampered, on, 0.28f + 0.05f * strength, 0, 0.12f, out); break;
    case SUN: shine(tampered, on, 0.22f + 0.05f * strength, 120 + 6 * strength, 0.3f, out); break;
    case DEFOCUS:
        blur(out, tampered->width, tampered->height,
             (int)(on * (float)tampered->width * (0.006f + 0.002f * strength)));
        add_noise(tampered, index, on * 1.5f, out);
        break;
    case TURN: turn(tampered, on, out); break;
    case LAMPS_OUT_AT_NIGHT: dim(tampered, 1 - on * (0.955f + 0.004f * strength), 1, index, out); break;
    case NIGHTFALL: dim(tampered, 1 - on * (0.5f + 0.025f * strength), 3 * on, index, out); break;
    case LAMPS_OUT: dim(tampered, 1 - on * (0.45f + 0.03f * strength), 3 * on, index, out); break;
    case FOG_BANK: fog(tampered, on, out); break;
    default: break;
    }
}
