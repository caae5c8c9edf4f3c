/* The configuration. SPDX-License-Identifier: Apache-2.0 */
#include "config/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* For a camera that has something already. */
static void draw(const uint8_t *bytes, size_t size)
{
    static const char written[] =
        "cameras: [{name: a, walls: [{name: w, line: [[0, 0], [1, 1]], outside: left}]}]";
    struct ww_site *site, *drawn;
    struct ww_error error;
    if (ww_site_parse_drawn(&drawn, "drawn.yaml", (const char *)bytes, size, &error) != 0)
        return;
    if (ww_site_parse(&site, "site.yaml", written, sizeof written - 1, &error) == 0) {
        ww_site_add_drawn(site, drawn, "drawn.yaml", &error);
        ww_site_free(site);
    }
    ww_site_free(drawn);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct ww_site *site;
    struct ww_error error;
    if (ww_site_parse(&site, "fuzz.yaml", (const char *)bytes, size, &error) == 0)
        ww_site_free(site);
    draw(bytes, size);
    return 0;
}
