/* A program that embeds the detector: planes in, events out. SPDX-License-Identifier: Apache-2.0 */
#include <wallwatch/wallwatch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 320, HEIGHT = 180 };

static void print(const struct ww_findings *findings)
{
    static const char *const names[] = {"start", "update", "end"};
    for (size_t i = 0; i < findings->event_count; i++)
        if (findings->events[i].phase != WW_PHASE_UPDATE)
            printf("%s %d\n", names[findings->events[i].phase], (int)findings->events[i].frame);
}

int main(void)
{
    static unsigned char plane[WIDTH * HEIGHT];
    const struct ww_detector_config config = {.width = WIDTH, .height = HEIGHT};
    const struct ww_luma luma = {plane, WIDTH, WIDTH, HEIGHT};
    struct ww_detector *detector;
    struct ww_findings findings;
    struct ww_error error;
    if (ww_detector_create(&detector, &config, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        return EXIT_FAILURE;
    }
    for (int frame = 0; frame < 130; frame++) {
        memset(plane, 120, sizeof plane);
        for (int y = 70; y < 110 && frame >= 40 && frame < 90; y++) /* somebody walks through */
            memset(plane + y * WIDTH + 20 + (frame - 40) * 4, 40, 14);
        if (ww_detector_step(detector, &luma, frame, frame / 10.0, &findings, &error) != 0)
            return EXIT_FAILURE;
        print(&findings);
    }
    ww_detector_finish(detector, &findings);
    print(&findings);
    ww_detector_destroy(detector);
    return EXIT_SUCCESS;
}
