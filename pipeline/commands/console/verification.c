/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/console/verification.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands/evidence_check.h"

enum { OK = 200, LAST = 19, MOST_DAMAGES = 100 };

struct ww_console_verification {
    struct ww_evidence_order order;
    struct ww_file_watch watch;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    bool started, running;
    json_t *last; /* NULL: there was none */
};

struct ww_console_verification *ww_console_verification_create(const char *folder, const char *trusted)
{
    struct ww_console_verification *verification = calloc(1, sizeof *verification);
    if (!verification)
        return NULL;
    verification->order = (struct ww_evidence_order){
        .folder = folder, .trusted = trusted, .watch = &verification->watch, .threads = 1};
    pthread_mutex_init(&verification->lock, NULL);
    return verification;
}

void ww_console_verification_end(struct ww_console_verification *verification)
{
    atomic_store(&verification->watch.cancelled, true);
}

void ww_console_verification_destroy(struct ww_console_verification *verification)
{
    if (!verification)
        return;
    ww_console_verification_end(verification);
    if (verification->started)
        pthread_join(verification->thread, NULL);
    pthread_mutex_destroy(&verification->lock);
    json_decref(verification->last);
    free(verification);
}

/* Neither the processor nor the disk is taken from who watches. */
static void stand_back(void)
{
    setpriority(PRIO_PROCESS, (id_t)gettid(), LAST);
    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

/* Of much that is wrong the first is enough here. */
static json_t *result_of(const struct ww_evidence_check *check)
{
    json_t *result = ww_evidence_json(check), *damages = json_object_get(result, "damages");
    json_object_set_new(result, "damage_count", json_integer((json_int_t)json_array_size(damages)));
    while (json_array_size(damages) > MOST_DAMAGES)
        json_array_remove(damages, json_array_size(damages) - 1);
    for (size_t i = 0; i < json_array_size(damages); i++) {
        char place[120];
        ww_damage_place(&check->log.damages[i], place, sizeof place);
        json_object_set_new(json_array_get(damages, i), "place", json_string(place));
    }
    json_object_set_new(result, "seconds", json_real(check->seconds));
    json_object_set_new(result, "signed", json_boolean(check->log.key[0] != '\0'));
    return result;
}

static void *verify(void *context)
{
    struct ww_console_verification *verification = context;
    struct ww_evidence_check check;
    struct ww_error error;
    stand_back();
    int code = ww_evidence_check(&check, &verification->order, &error);
    if (code == 0 && check.log.no_memory)
        code = ww_fail(&error, -ENOMEM, "out of memory: not all was checked");
    json_t *last = code == 0 ? result_of(&check) : json_pack("{s:s}", "error", error.text);
    json_object_set_new(last, "time_us", json_integer(ww_clock_wall_us()));
    ww_evidence_check_free(&check);
    pthread_mutex_lock(&verification->lock);
    json_decref(verification->last);
    verification->last = last;
    verification->running = false;
    pthread_mutex_unlock(&verification->lock);
    return NULL;
}

int ww_console_verification_begin(struct ww_console_verification *verification)
{
    int code = 0;
    pthread_mutex_lock(&verification->lock);
    if (!verification->running) {
        if (verification->started)
            pthread_join(verification->thread, NULL); /* it is over */
        atomic_store(&verification->watch.done, 0);
        atomic_store(&verification->watch.total, 0);
        code = -pthread_create(&verification->thread, NULL, verify, verification);
        verification->started = verification->running = code == 0;
    }
    pthread_mutex_unlock(&verification->lock);
    return code;
}

struct ww_http_answer *ww_console_verification_tell(struct ww_console_verification *verification)
{
    pthread_mutex_lock(&verification->lock);
    json_t *json = json_pack("{s:b, s:I, s:I}", "running", verification->running, "done",
                             (json_int_t)atomic_load(&verification->watch.done), "total",
                             (json_int_t)atomic_load(&verification->watch.total));
    if (verification->last)
        json_object_set(json, "last", verification->last);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    pthread_mutex_unlock(&verification->lock);
    return ww_http_text(OK, "application/json", text);
}
