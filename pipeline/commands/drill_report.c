/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/drill_report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "commands/rate.h"
#include "commands/stats.h"
#include "commands/table.h"

static const double person_metres = 1.75;

static const char *const outcomes[] = {
    [WW_DRILL_MISSED] = "missed", [WW_DRILL_SEEN] = "seen", [WW_DRILL_VOID] = "void"};

static const char *const guards[] = {
    [WW_UNKNOWN] = "unknown", [WW_UNGUARDED] = "no", [WW_PARTLY] = "partly", [WW_GUARDED] = "yes"};

static void add_outcome(struct ww_drill_count *count, enum ww_drill_outcome outcome)
{
    count->seen += outcome == WW_DRILL_SEEN;
    count->missed += outcome == WW_DRILL_MISSED;
    count->none += outcome == WW_DRILL_VOID;
}

static enum ww_guard guard_of(const struct ww_drill_place *place)
{
    int seen = place->counts[0].seen + place->counts[1].seen;
    int missed = place->counts[0].missed + place->counts[1].missed;
    if (seen + missed == 0)
        return WW_UNKNOWN;
    return missed == 0 ? WW_GUARDED : seen < missed ? WW_UNGUARDED : WW_PARTLY;
}

bool ww_drill_place_of(const struct ww_survey *survey, size_t region, int place, struct ww_drill_place *found)
{
    bool any = false;
    *found = (struct ww_drill_place){0};
    for (size_t i = 0; i < survey->count; i++) {
        const struct ww_survey_trial *trial = &survey->trials[i];
        if (trial->region != region || trial->place != place)
            continue;
        any = true;
        found->at = trial->at;
        found->spot = trial->spot;
        found->tall = trial->tall;
        add_outcome(&found->counts[trial->contrast], trial->result.outcome);
        if (trial->result.outcome == WW_DRILL_SEEN)
            found->slowest = fmax(found->slowest, trial->result.delay);
    }
    found->guard = guard_of(found);
    return any;
}

static void count_text(char *text, size_t size, const struct ww_drill_count *count)
{
    if (count->seen + count->missed > 0)
        snprintf(text, size, "%d of %d", count->seen, count->seen + count->missed);
    else
        snprintf(text, size, "-");
}

static void add_row(struct ww_table *table, const struct ww_survey *survey, size_t region,
                    const struct ww_drill_place *place, double view_angle)
{
    char at[16], tall[16], away[16] = "", seen[WW_SURVEY_CONTRASTS][32], slowest[24] = "";
    double wide = 2 * tan(view_angle / 360 * M_PI); /* of the picture, one metre away */
    snprintf(at, sizeof at, "%.2f", (double)place->at);
    snprintf(tall, sizeof tall, "%.0f px", (double)place->tall);
    if (survey->knows_person)
        snprintf(away, sizeof away, "%.0f m",
                 person_metres * (double)survey->width / (double)place->tall / wide);
    for (int i = 0; i < WW_SURVEY_CONTRASTS; i++)
        count_text(seen[i], sizeof seen[i], &place->counts[i]);
    if (place->slowest > 0)
        snprintf(slowest, sizeof slowest, "%.1f s", place->slowest);
    const char *const cells[] = {survey->options.view->region_names[region],
                                 at,
                                 tall,
                                 away,
                                 seen[0],
                                 seen[1],
                                 seen[2],
                                 slowest,
                                 guards[place->guard]};
    ww_table_add(table, cells);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_wall(const struct ww_survey *survey, size_t region, FILE *file)
{
    double *delays = calloc(survey->count + 1, sizeof *delays);
    struct ww_drill_count all = {0};
    size_t count = 0;
    for (size_t i = 0; i < survey->count; i++) {
        const struct ww_survey_trial *trial = &survey->trials[i];
        if (trial->region != region)
            continue;
        add_outcome(&all, trial->result.outcome);
        if (trial->result.outcome == WW_DRILL_SEEN && delays)
            delays[count++] = trial->result.delay;
    }
    if (all.seen + all.missed > 0) {
        struct ww_rate rate = ww_rate_of(all.seen, all.seen + all.missed);
        fprintf(file, "%s: %d of %d drills seen, %.0f %% (95 %% sure: %.0f to %.0f %%)",
                survey->options.view->region_names[region], all.seen, all.seen + all.missed, rate.share * 100,
                rate.low * 100, rate.high * 100);
    } else if (all.none > 0) {
        fprintf(file, "%s: no drill says anything", survey->options.view->region_names[region]);
    }
    if (count > 0) {
        qsort(delays, count, sizeof *delays, compare);
        fprintf(file, ", alarm after %.1f s, at most %.1f", delays[count / 2], delays[count - 1]);
    }
    if (all.none > 0)
        fprintf(file, "; %d void", all.none);
    if (all.seen + all.missed + all.none > 0)
        fputs("\n", file);
    free(delays);
}

void ww_drill_report_print(const struct ww_survey *survey, double view_angle, FILE *file)
{
    static const char *const header[] = {"wall",   "at",   "person",      "away",   "strong",
                                         "medium", "weak", "alarm after", "guarded"};
    struct ww_table table;
    struct ww_drill_place place;
    ww_table_begin(&table, header, sizeof header / sizeof *header);
    for (size_t r = 0; r < survey->options.view->region_count; r++)
        for (int i = 0; ww_drill_place_of(survey, r, i, &place); i++)
            add_row(&table, survey, r, &place, view_angle);
    ww_table_print(&table, file);
    fputs("\n", file);
    for (size_t r = 0; r < survey->options.view->region_count; r++)
        print_wall(survey, r, file);
}

static json_t *trial_json(const struct ww_survey *survey, const struct ww_survey_trial *trial)
{
    const struct ww_drill_result *result = &trial->result;
    json_t *line = json_pack("{s:s, s:f, s:s, s:s, s:f, s:f, s:i, s:s}", "wall",
                             survey->options.view->region_names[trial->region], "at", (double)trial->at,
                             "way", ww_intruder_way_name(trial->plan.way), "direction",
                             trial->plan.outward ? "outward" : "inward", "contrast", (double)result->contrast,
                             "person_px", (double)trial->tall, "round", trial->round, "outcome",
                             outcomes[result->outcome]);
    if (result->outcome == WW_DRILL_SEEN) {
        json_object_set_new(line, "alarm", json_string(ww_event_type_name(result->alarm)));
        json_object_set_new(line, "delay_s", json_real(result->delay));
    }
    if (result->appeared) {
        json_object_set_new(line, "frame", json_integer(result->frame));
        json_object_set_new(line, "bbox",
                            json_pack("[i,i,i,i]", result->box.x, result->box.y, result->box.width,
                                      result->box.height));
    }
    return line;
}

int ww_drill_report_write(const struct ww_survey *survey, const char *path, struct ww_error *error)
{
    json_t *drills = json_array();
    for (size_t i = 0; i < survey->count; i++)
        json_array_append_new(drills, trial_json(survey, &survey->trials[i]));
    return ww_json_write(path,
                         json_pack("{s:s, s:i, s:i, s:o}", "camera", survey->options.view->name, "width",
                                   (int)survey->width, "height", (int)survey->height, "drills", drills),
                         error);
}
