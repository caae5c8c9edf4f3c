/* SPDX-License-Identifier: Apache-2.0 */
#include "config/site_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { LARGEST_FILE = 1 << 20 };

int ww_site_read_text(const char *path, char **text, size_t *size, struct ww_error *error)
{
    return ww_read_file(path, LARGEST_FILE, text, size, error);
}

char *ww_site_beside(const char *path, const char *name)
{
    char *beside = NULL;
    const char *slash = *name == '/' ? NULL : strrchr(path, '/');
    int kept = slash ? (int)(slash + 1 - path) : 0;
    return asprintf(&beside, "%.*s%s", kept, path, name) < 0 ? NULL : beside;
}

char *ww_site_users_path(const struct ww_site *site, const char *path, const char *folder)
{
    char *users = NULL;
    if (site && site->access.users)
        return ww_site_beside(path, site->access.users);
    return asprintf(&users, "%s/console.users", folder) < 0 ? NULL : users;
}

char *ww_site_drawn_path(const struct ww_site *site, const char *path, const char *folder)
{
    char *drawn = NULL;
    if (!site)
        return asprintf(&drawn, "%s/drawn.yaml", folder) < 0 ? NULL : drawn;
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    bool has_end = dot && dot > (slash ? slash : path) && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
    if (site->drawn)
        return ww_site_beside(path, site->drawn);
    int kept = has_end ? (int)(dot - path) : (int)strlen(path);
    return asprintf(&drawn, "%.*s.drawn.yaml", kept, path) < 0 ? NULL : drawn;
}

typedef int (*parser)(struct ww_site **site, const char *name, const char *text, size_t size,
                      struct ww_error *error);

static int read_by(parser parse, struct ww_site **site, const char *path, struct ww_error *error)
{
    char *text;
    size_t size;
    *site = NULL;
    int code = ww_site_read_text(path, &text, &size, error);
    if (code != 0)
        return code;
    code = parse(site, path, text, size, error);
    free(text);
    return code;
}

int ww_site_read_drawn(struct ww_site **drawn, const char *path, struct ww_error *error)
{
    int code = read_by(ww_site_parse_drawn, drawn, path, error);
    return code == -ENOENT ? 0 : code;
}

int ww_site_read(struct ww_site **site, const char *path, struct ww_error *error)
{
    struct ww_site *drawn = NULL;
    int code = read_by(ww_site_parse, site, path, error);
    char *drawn_path = code == 0 ? ww_site_drawn_path(*site, path, NULL) : NULL;
    if (code == 0 && !drawn_path)
        code = ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", path);
    if (code == 0)
        code = ww_site_read_drawn(&drawn, drawn_path, error);
    if (code == 0 && drawn)
        code = ww_site_add_drawn(*site, drawn, drawn_path, error);
    ww_site_free(drawn);
    free(drawn_path);
    if (code != 0) {
        ww_site_free(*site);
        *site = NULL;
    }
    return code;
}

int ww_site_try_drawn(struct ww_site **site, const char *path, const char *name, const char *text,
                      size_t size, struct ww_error *error)
{
    struct ww_site *drawn = NULL;
    *site = NULL;
    int code = ww_site_parse_drawn(&drawn, name, text, size, error);
    if (code == 0 && !path) {
        *site = drawn;
        return 0;
    }
    if (code == 0)
        code = read_by(ww_site_parse, site, path, error);
    if (code == 0)
        code = ww_site_add_drawn(*site, drawn, name, error);
    ww_site_free(drawn);
    if (code != 0) {
        ww_site_free(*site);
        *site = NULL;
    }
    return code;
}
