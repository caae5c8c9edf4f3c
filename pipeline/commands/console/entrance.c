/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/entrance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/site_files.h"
#include "console/http_address.h"

static const double soon_over = 14; /* days */

static int open_access(struct ww_console_entrance *entrance, const struct ww_console_options *options,
                       bool demanded, struct ww_error *error)
{
    char *users = ww_site_users_path(options->site, options->config, options->folder);
    if (!users)
        return ww_fail(error, -ENOMEM, "cannot start the console: out of memory");
    struct ww_error why;
    const struct ww_access_options opening = {.users = users, .demanded = demanded};
    int code = ww_access_open(&entrance->access, &opening, &why);
    if (code == -ENOENT)
        code = ww_fail(error, -EINVAL, "%s: 'wallwatch passwd %s %s NAME' lets somebody in", why.text,
                       options->config ? "-c" : "-o", options->config ? options->config : options->folder);
    else if (code != 0)
        *error = why;
    free(users);
    return code;
}

static int open_certificate(struct ww_certificate **certificate, const struct ww_console_options *options,
                            bool demanded, struct ww_error *error)
{
    const struct ww_site *site = options->site;
    const char *named = site ? site->access.certificate : NULL, *named_key = named ? site->access.key : NULL;
    char *path = NULL, *key = NULL;
    int code = 0;
    *certificate = NULL;
    if (!named && !demanded)
        return 0;
    if (named)
        path = ww_site_beside(options->config, named);
    else if (asprintf(&path, "%s/console.pem", options->folder) < 0)
        path = NULL;
    if (named_key)
        key = ww_site_beside(options->config, named_key);
    if (!path || (named_key && !key))
        code = ww_fail(error, -ENOMEM, "cannot start the console: out of memory");
    else if (named)
        code = ww_certificate_read(certificate, path, key, error);
    else
        code = ww_certificate_provide(certificate, path, error);
    free(path);
    free(key);
    return code;
}

int ww_console_entrance_open(struct ww_console_entrance *entrance, const struct ww_console_options *options,
                             struct ww_error *error)
{
    struct ww_http_address address;
    *entrance = (struct ww_console_entrance){0};
    int code = ww_http_address_read(&address, options->address, error);
    if (code == 0)
        code = open_access(entrance, options, !address.local, error);
    if (code == 0)
        code = open_certificate(&entrance->certificate, options, !address.local, error);
    return code;
}

void ww_console_entrance_close(struct ww_console_entrance *entrance)
{
    ww_access_close(entrance->access);
    ww_certificate_free(entrance->certificate);
    for (size_t i = 0; i < entrance->earlier_count; i++)
        ww_certificate_free(entrance->earlier[i]);
    free(entrance->earlier);
    *entrance = (struct ww_console_entrance){0};
}

int ww_console_entrance_renew(struct ww_console_entrance *entrance, const struct ww_console_options *options,
                              struct ww_error *error)
{
    struct ww_certificate *fresh;
    if (!entrance->certificate) /* whether there is TLS is for a start to say */
        return 0;
    int code = open_certificate(&fresh, options, true, error);
    if (code != 0)
        return code;
    if (strcmp(ww_certificate_fingerprint(fresh), ww_certificate_fingerprint(entrance->certificate)) == 0) {
        ww_certificate_free(fresh);
        return 0;
    }
    struct ww_certificate **grown =
        realloc(entrance->earlier, (entrance->earlier_count + 1) * sizeof(struct ww_certificate *));
    if (!grown) {
        ww_certificate_free(fresh);
        return ww_fail(error, -ENOMEM, "cannot use another certificate: out of memory");
    }
    entrance->earlier = grown;
    grown[entrance->earlier_count++] = entrance->certificate;
    entrance->certificate = fresh;
    return 1;
}

void ww_console_entrance_tell(const struct ww_console_entrance *entrance)
{
    const struct ww_certificate *certificate = entrance->certificate;
    if (!certificate)
        return;
    double days = ww_certificate_days_left(certificate);
    if (ww_certificate_is_own(certificate))
        ww_log(WW_LOG_INFO,
               "its certificate was made here, so a browser asks once whether to trust it; the SHA-256 "
               "fingerprint "
               "that it shows must be\n%s",
               ww_certificate_fingerprint(certificate));
    else if (days < soon_over)
        ww_log(WW_LOG_WARNING, "the console's certificate is over in %.0f days", days);
}
