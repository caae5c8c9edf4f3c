/* SPDX-License-Identifier: Apache-2.0 */
#include "console/page_files.h"

#include <string.h>

/* The assembler reads them; paths are those of the Makefile's folder. */
#define CARRY(symbol, path)                                                                                  \
    __asm__(".section .rodata\n"                                                                             \
            ".global ww_page_" #symbol "\n"                                                                  \
            "ww_page_" #symbol ":\n"                                                                         \
            ".incbin \"pipeline/console/page/" path "\"\n"                                                   \
            ".global ww_page_" #symbol "_end\n"                                                              \
            "ww_page_" #symbol "_end:\n"                                                                     \
            ".byte 0\n"                                                                                      \
            ".previous\n");                                                                                  \
    extern const char ww_page_##symbol[], ww_page_##symbol##_end[]

CARRY(html, "index.html");
CARRY(style, "style.css");
CARRY(app, "app.js");
CARRY(live, "live.js");
CARRY(walls, "walls.js");
CARRY(shapes, "shapes.js");
CARRY(night, "night.js");
CARRY(health, "health.js");
CARRY(preview, "preview.js");
CARRY(session, "session.js");
CARRY(texts, "texts.js");
CARRY(icon, "icon.svg");
CARRY(openapi, "openapi.json");
CARRY(grafana, "grafana.json");

#define FILE_OF(name, type, symbol)                                                                          \
    {                                                                                                        \
        name, type, ww_page_##symbol, ww_page_##symbol##_end                                                 \
    }
#define SCRIPT "text/javascript; charset=utf-8"

const struct ww_page_file *ww_page_file_find(const char *name)
{
    static const struct ww_page_file files[] = {
        FILE_OF("", "text/html; charset=utf-8", html),
        FILE_OF("style.css", "text/css; charset=utf-8", style),
        FILE_OF("app.js", SCRIPT, app),
        FILE_OF("live.js", SCRIPT, live),
        FILE_OF("walls.js", SCRIPT, walls),
        FILE_OF("shapes.js", SCRIPT, shapes),
        FILE_OF("night.js", SCRIPT, night),
        FILE_OF("health.js", SCRIPT, health),
        FILE_OF("preview.js", SCRIPT, preview),
        FILE_OF("session.js", SCRIPT, session),
        FILE_OF("texts.js", SCRIPT, texts),
        FILE_OF("icon.svg", "image/svg+xml", icon),
        FILE_OF("openapi.json", "application/json", openapi),
        FILE_OF("grafana.json", "application/json", grafana),
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    return NULL;
}
