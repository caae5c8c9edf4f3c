/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/roster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands/settings.h"

static const double reload_patience = 5; /* seconds for a camera to end */

/* A configuration that cameras borrow from. */
struct shared_site {
    struct ww_site *site;
    size_t users;
};

struct entry {
    char *name, *location;
    char digest[WW_SHA256_TEXT];
    struct shared_site *shared; /* NULL: it is of the command line, and nothing is drawn for it */
    const struct ww_site_camera *config;
    struct ww_settings settings;
    struct ww_watched *watched; /* NULL: it did not start */
};

struct ww_roster {
    struct ww_roster_options options;
    struct entry **entries, **retired;
    size_t count, retired_count;
};

/* --- one entry ---------------------------------------------------------------------------------- */

static void release_site(struct shared_site *shared)
{
    if (!shared || --shared->users > 0)
        return;
    ww_site_free(shared->site);
    free(shared);
}

static void free_entry(struct entry *entry)
{
    if (!entry)
        return;
    if (entry->watched)
        ww_watched_free(entry->watched);
    release_site(entry->shared);
    ww_settings_free(&entry->settings);
    free(entry->name);
    free(entry->location);
    free(entry);
}

static void borrow(struct entry *entry, struct shared_site *shared, const struct ww_site_camera *config)
{
    entry->config = config;
    entry->shared = shared;
    shared->users++;
}

static struct entry *configured(struct shared_site *shared, const struct ww_site_camera *config)
{
    struct entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return NULL;
    borrow(entry, shared, config);
    entry->name = strdup(config->name);
    entry->location = strdup(config->source);
    memcpy(entry->digest, config->digest, sizeof entry->digest);
    if (!entry->name || !entry->location || ww_settings_read(&entry->settings, &config->capture) != 0) {
        free_entry(entry);
        return NULL;
    }
    return entry;
}

/* /dev/video0 is video0, a network camera is its host, a scene its name. */
static void name_source(char *name, size_t size, const char *location)
{
    const char *start = strstr(location, "://");
    if (start) {
        const char *end = start + 3 + strcspn(start + 3, "/?#");
        const char *host = start + 3;
        for (const char *at = host; at < end; at++)
            host = *at == '@' ? at + 1 : host;
        snprintf(name, size, "%.*s", (int)(end - host), host);
        return;
    }
    start = strrchr(location, '/');
    start = start ? start + 1 : location;
    snprintf(name, size, "%s", strncmp(start, "scene:", 6) == 0 ? start + 6 : start);
}

static struct entry *named(const char *location, const char *name, struct shared_site *drawn)
{
    char *text = NULL;
    const struct ww_site_camera *config = drawn->site ? ww_site_find(drawn->site, name) : NULL;
    struct entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return NULL;
    entry->name = strdup(name);
    entry->location = strdup(location);
    if (!entry->name || !entry->location ||
        asprintf(&text, "%s %s", location, config ? config->digest : "") < 0) {
        free_entry(entry);
        return NULL;
    }
    ww_sha256_text(entry->digest, text, strlen(text));
    free(text);
    if (config)
        borrow(entry, drawn, config);
    return entry;
}

/* --- a plan: what should be watched --------------------------------------------------------------- */

struct plan {
    struct entry **entries;
    size_t count;
};

static void free_plan(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        free_entry(plan->entries[i]);
    free(plan->entries);
    *plan = (struct plan){0};
}

static struct entry *find(struct entry *const *entries, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (entries[i] && strcmp(entries[i]->name, name) == 0)
            return entries[i];
    return NULL;
}

static int plan_site(struct plan *plan, struct shared_site *shared, struct ww_error *error)
{
    const struct ww_site *site = shared->site;
    for (unsigned i = 0; i < site->camera_count; i++) {
        const struct ww_site_camera *camera = &site->cameras[i];
        if (!camera->source)
            return ww_fail(error, -EINVAL, "camera '%s' has no 'source', such as /dev/video0 or rtsp://…",
                           camera->name);
        int code = ww_source_check_live(camera->source, error);
        if (code != 0)
            return code;
        struct entry *entry = configured(shared, camera);
        if (!entry)
            return ww_fail(error, -ENOMEM, "cannot watch: out of memory");
        plan->entries[plan->count++] = entry;
    }
    return 0;
}

static int plan_sources(struct plan *plan, const struct ww_roster_options *options, struct shared_site *drawn,
                        struct ww_error *error)
{
    for (int i = 0; i < options->source_count; i++) {
        char base[200], name[216];
        int code = ww_source_check_live(options->sources[i], error);
        if (code != 0)
            return code;
        name_source(base, sizeof base, options->sources[i]);
        snprintf(name, sizeof name, "%s", base);
        for (int n = 2; find(plan->entries, plan->count, name); n++)
            snprintf(name, sizeof name, "%s-%d", base, n);
        struct entry *entry = named(options->sources[i], name, drawn);
        if (!entry)
            return ww_fail(error, -ENOMEM, "cannot watch: out of memory");
        plan->entries[plan->count++] = entry;
    }
    return 0;
}

/* Takes the site over. */
static struct shared_site *share(struct ww_site *site)
{
    struct shared_site *shared = malloc(sizeof *shared);
    if (shared)
        *shared = (struct shared_site){site, 1};
    else
        ww_site_free(site);
    return shared;
}

static int make_plan(struct plan *plan, struct ww_site *site, struct ww_site *drawn_site,
                     const struct ww_roster_options *options, struct ww_error *error)
{
    size_t most = (site ? site->camera_count : 0) + (size_t)options->source_count;
    *plan = (struct plan){.entries = calloc(most + 1, sizeof(struct entry *))};
    struct shared_site *shared = share(site), *drawn = share(drawn_site);
    int code = 0;
    if (!plan->entries || !shared || !drawn)
        code = ww_fail(error, -ENOMEM, "cannot watch: out of memory");
    if (code == 0 && shared->site)
        code = plan_site(plan, shared, error);
    if (code == 0)
        code = plan_sources(plan, options, drawn, error);
    if (code != 0)
        free_plan(plan);
    release_site(shared);
    release_site(drawn);
    return code;
}

/* --- carrying it out ------------------------------------------------------------------------------ */

static int start_entry(struct ww_roster *roster, struct entry *entry)
{
    struct ww_error error;
    struct ww_camera camera;
    const struct ww_watched_options options = {.location = entry->location,
                                               .settings = &entry->settings.capture};
    int code = ww_camera_create(&camera, entry->name, entry->config, NULL, 0, &error);
    if (code != 0) {
        ww_camera_destroy(&camera);
    } else {
        ww_overrides_apply(roster->options.overrides, &camera.view);
        code = ww_watch_add(roster->options.watch, &entry->watched, &camera, &options, &error);
    }
    if (code != 0)
        ww_log_about(WW_LOG_ERROR, entry->name, "%s", error.text);
    return code;
}

static void retire(struct ww_roster *roster, struct entry *entry)
{
    struct entry **grown = realloc(roster->retired, (roster->retired_count + 1) * sizeof(struct entry *));
    if (!grown) /* better lost than freed too early */
        return;
    roster->retired = grown;
    roster->retired[roster->retired_count++] = entry;
}

/* Cameras that the plan does not hold as they are. */
static void end_others(struct ww_roster *roster, const struct plan *plan)
{
    double deadline = ww_clock_monotonic() + reload_patience;
    for (size_t i = 0; i < roster->count; i++) {
        const struct entry *wanted = find(plan->entries, plan->count, roster->entries[i]->name);
        if (!wanted || strcmp(wanted->digest, roster->entries[i]->digest) != 0)
            ww_watched_stop(roster->entries[i]->watched);
    }
    for (size_t i = 0; i < roster->count; i++) {
        struct entry *entry = roster->entries[i];
        const struct entry *wanted = find(plan->entries, plan->count, entry->name);
        if (wanted && strcmp(wanted->digest, entry->digest) == 0)
            continue;
        if (ww_watched_join(entry->watched, deadline) == 0)
            retire(roster, entry);
        else
            ww_log_about(WW_LOG_WARNING, entry->name, "it hangs in its driver, and is left alone");
        roster->entries[i] = NULL;
    }
}

/* What is left of the roster goes on in its place in the plan. */
static void keep_unchanged(struct ww_roster *roster, struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct entry *kept = find(roster->entries, roster->count, plan->entries[i]->name);
        if (!kept)
            continue;
        free_entry(plan->entries[i]);
        plan->entries[i] = kept;
    }
}

int ww_roster_apply(struct ww_roster *roster, struct ww_site *site, struct ww_site *drawn,
                    struct ww_error *error)
{
    struct plan plan;
    int code = make_plan(&plan, site, drawn, &roster->options, error);
    if (code != 0)
        return code;
    end_others(roster, &plan);
    keep_unchanged(roster, &plan);
    free(roster->entries);
    roster->entries = plan.entries;
    roster->count = 0;
    for (size_t i = 0; i < plan.count; i++) {
        struct entry *entry = plan.entries[i];
        if (entry->watched || start_entry(roster, entry) == 0)
            roster->entries[roster->count++] = entry;
        else
            free_entry(entry);
    }
    return 0;
}

int ww_roster_open(struct ww_roster **roster, const struct ww_roster_options *options, struct ww_error *error)
{
    *roster = calloc(1, sizeof **roster);
    if (!*roster)
        return ww_fail(error, -ENOMEM, "cannot watch: out of memory");
    (*roster)->options = *options;
    return 0;
}

size_t ww_roster_count(const struct ww_roster *roster)
{
    return roster->count;
}

struct ww_watched *ww_roster_camera(const struct ww_roster *roster, size_t index)
{
    return roster->entries[index]->watched;
}

static void free_retired(struct ww_roster *roster)
{
    for (size_t i = 0; i < roster->retired_count; i++)
        free_entry(roster->retired[i]);
    free(roster->retired);
    roster->retired = NULL;
    roster->retired_count = 0;
}

void ww_roster_sweep(struct ww_roster *roster)
{
    if (roster->retired_count > 0 && ww_sink_is_idle(roster->options.sink))
        free_retired(roster);
}

size_t ww_roster_stop(struct ww_roster *roster, double deadline)
{
    size_t hanging = 0;
    for (size_t i = 0; i < roster->count; i++)
        ww_watched_stop(roster->entries[i]->watched);
    for (size_t i = 0; i < roster->count; i++) {
        if (ww_watched_join(roster->entries[i]->watched, deadline) == 0) {
            retire(roster, roster->entries[i]);
            continue;
        }
        ww_log_about(WW_LOG_WARNING, roster->entries[i]->name, "it hangs in its driver, and is left alone");
        hanging++;
    }
    roster->count = 0;
    return hanging;
}

void ww_roster_free(struct ww_roster *roster)
{
    if (!roster)
        return;
    free_retired(roster);
    free(roster->entries);
    free(roster);
}
