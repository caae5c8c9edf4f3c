/* The configuration. SPDX-License-Identifier: Apache-2.0 */
#include "config/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct ww_site *site;
    struct ww_error error;
    if (ww_site_parse(&site, "fuzz.yaml", (const char *)bytes, size, &error) == 0)
        ww_site_free(site);
    return 0;
}
