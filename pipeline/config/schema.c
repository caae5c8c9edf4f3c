/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

#include "config/site.h"

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

static const cyaml_strval_t sensitivities[] = {{"low", WW_SENSITIVITY_LOW},
                                               {"normal", WW_SENSITIVITY_NORMAL},
                                               {"high", WW_SENSITIVITY_HIGH}};

static const cyaml_strval_t severities[] = {{"low", WW_SEVERITY_LOW},
                                            {"normal", WW_SEVERITY_NORMAL},
                                            {"high", WW_SEVERITY_HIGH}};

static const cyaml_strval_t records[] = {{"events", WW_RECORDS_EVENTS},
                                         {"always", WW_RECORDS_ALWAYS},
                                         {"none", WW_RECORDS_NONE}};

static const cyaml_strval_t models[] = {{"samples", WW_MODEL_SAMPLES}, {"light", WW_MODEL_LIGHT}};

static const cyaml_strval_t sides[] = {{"left", WW_OUTSIDE_LEFT}, {"right", WW_OUTSIDE_RIGHT}};

static const cyaml_strval_t wall_alarms[] = {{"inward", WW_ALARM_INWARD},
                                             {"outward", WW_ALARM_OUTWARD},
                                             {"approach", WW_ALARM_APPROACH},
                                             {"loiter", WW_ALARM_LOITER},
                                             {"climb", WW_ALARM_CLIMB}};

static const cyaml_strval_t zone_alarms[] = {{"motion", WW_ALARM_MOTION}, {"loiter", WW_ALARM_LOITER}};

static const cyaml_schema_value_t number = {CYAML_VALUE_FLOAT(CYAML_FLAG_DEFAULT, float)};

static const cyaml_schema_value_t point = {CYAML_VALUE_SEQUENCE_FIXED(CYAML_FLAG_DEFAULT, float, &number, 2)};

static const cyaml_schema_value_t person = {
    CYAML_VALUE_SEQUENCE_FIXED(CYAML_FLAG_DEFAULT, float, &number, 3)};

static const cyaml_schema_value_t wall_alarm = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, enum ww_alarm, wall_alarms, COUNT(wall_alarms))};

static const cyaml_schema_value_t zone_alarm = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, enum ww_alarm, zone_alarms, COUNT(zone_alarms))};

/* A list whose number of entries stands in a member of its own. */
#define LIST(key, flags, structure, member, count_member, entry, least)                                      \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (flags), structure, member, count_member, entry,    \
                               least, CYAML_UNLIMITED)
#define TEXT(key, flags, structure, member)                                                                  \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), structure, member, 1, CYAML_UNLIMITED)

static const cyaml_schema_field_t wall_fields[] = {
    TEXT("name", 0, struct ww_site_wall, name),
    LIST("line", 0, struct ww_site_wall, line, line_count, &point, 2),
    CYAML_FIELD_ENUM("outside", CYAML_FLAG_STRICT, struct ww_site_wall, outside, sides, COUNT(sides)),
    LIST("alarm", CYAML_FLAG_OPTIONAL, struct ww_site_wall, alarm, alarm_count, &wall_alarm, 1),
    CYAML_FIELD_FLOAT("strip", CYAML_FLAG_OPTIONAL, struct ww_site_wall, strip),
    TEXT("dwell", CYAML_FLAG_OPTIONAL, struct ww_site_wall, dwell),
    CYAML_FIELD_ENUM("severity", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct ww_site_wall, severity,
                     severities, COUNT(severities)),
    CYAML_FIELD_END};

static const cyaml_schema_value_t wall = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ww_site_wall, wall_fields)};

static const cyaml_schema_field_t zone_fields[] = {
    TEXT("name", 0, struct ww_site_zone, name),
    LIST("polygon", 0, struct ww_site_zone, polygon, polygon_count, &point, 3),
    LIST("alarm", CYAML_FLAG_OPTIONAL, struct ww_site_zone, alarm, alarm_count, &zone_alarm, 1),
    TEXT("dwell", CYAML_FLAG_OPTIONAL, struct ww_site_zone, dwell),
    CYAML_FIELD_ENUM("severity", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct ww_site_zone, severity,
                     severities, COUNT(severities)),
    CYAML_FIELD_END};

static const cyaml_schema_value_t zone = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ww_site_zone, zone_fields)};

static const cyaml_schema_field_t capture_fields[] = {
    TEXT("format", CYAML_FLAG_OPTIONAL, struct ww_site_capture, format),
    TEXT("size", CYAML_FLAG_OPTIONAL, struct ww_site_capture, size),
    CYAML_FIELD_FLOAT("fps", CYAML_FLAG_OPTIONAL, struct ww_site_capture, fps),
    TEXT("stall", CYAML_FLAG_OPTIONAL, struct ww_site_capture, stall),
    CYAML_FIELD_IGNORE("controls", CYAML_FLAG_OPTIONAL), /* any names; read from the document */
    CYAML_FIELD_END};

static const cyaml_schema_field_t analyse_fields[] = {
    CYAML_FIELD_UINT("width", CYAML_FLAG_OPTIONAL, struct ww_site_analyse, width),
    CYAML_FIELD_FLOAT("fps", CYAML_FLAG_OPTIONAL, struct ww_site_analyse, fps),
    CYAML_FIELD_ENUM("model", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct ww_site_analyse, model, models,
                     COUNT(models)),
    CYAML_FIELD_END};

static const cyaml_schema_field_t drill_fields[] = {TEXT("every", 0, struct ww_site_drill, every),
                                                    CYAML_FIELD_END};

static const cyaml_schema_field_t camera_fields[] = {
    TEXT("name", 0, struct ww_site_camera, name),
    TEXT("source", CYAML_FLAG_OPTIONAL, struct ww_site_camera, source),
    CYAML_FIELD_MAPPING("capture", CYAML_FLAG_OPTIONAL, struct ww_site_camera, capture, capture_fields),
    CYAML_FIELD_MAPPING("analyse", CYAML_FLAG_OPTIONAL, struct ww_site_camera, analyse, analyse_fields),
    CYAML_FIELD_ENUM("sensitivity", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct ww_site_camera,
                     sensitivity, sensitivities, COUNT(sensitivities)),
    LIST("walls", CYAML_FLAG_OPTIONAL, struct ww_site_camera, walls, wall_count, &wall, 0),
    LIST("zones", CYAML_FLAG_OPTIONAL, struct ww_site_camera, zones, zone_count, &zone, 0),
    CYAML_FIELD_IGNORE("ignore", CYAML_FLAG_OPTIONAL), /* lists of lists of points: from the document */
    LIST("person", CYAML_FLAG_OPTIONAL, struct ww_site_camera, person, person_count, &person, 1),
    TEXT("armed", CYAML_FLAG_OPTIONAL, struct ww_site_camera, armed),
    CYAML_FIELD_MAPPING("drill", CYAML_FLAG_OPTIONAL, struct ww_site_camera, drill, drill_fields),
    CYAML_FIELD_BOOL("crop", CYAML_FLAG_OPTIONAL, struct ww_site_camera, crop),
    CYAML_FIELD_ENUM("record", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct ww_site_camera, record,
                     records, COUNT(records)),
    TEXT("pre", CYAML_FLAG_OPTIONAL, struct ww_site_camera, pre),
    TEXT("post", CYAML_FLAG_OPTIONAL, struct ww_site_camera, post),
    CYAML_FIELD_END};

/* What can be drawn on a picture. */
static const cyaml_schema_field_t drawn_fields[] = {
    TEXT("name", 0, struct ww_site_camera, name),
    LIST("walls", CYAML_FLAG_OPTIONAL, struct ww_site_camera, walls, wall_count, &wall, 0),
    LIST("zones", CYAML_FLAG_OPTIONAL, struct ww_site_camera, zones, zone_count, &zone, 0),
    CYAML_FIELD_IGNORE("ignore", CYAML_FLAG_OPTIONAL),
    LIST("person", CYAML_FLAG_OPTIONAL, struct ww_site_camera, person, person_count, &person, 1),
    CYAML_FIELD_END};

static const cyaml_schema_value_t drawn_camera = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ww_site_camera, drawn_fields)};

static const cyaml_schema_value_t camera = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ww_site_camera, camera_fields)};

static const cyaml_schema_field_t store_fields[] = {
    TEXT("path", CYAML_FLAG_OPTIONAL, struct ww_site_store, path),
    TEXT("key", CYAML_FLAG_OPTIONAL, struct ww_site_store, key),
    TEXT("keep", CYAML_FLAG_OPTIONAL, struct ww_site_store, keep),
    TEXT("max", CYAML_FLAG_OPTIONAL, struct ww_site_store, max),
    TEXT("min_free", CYAML_FLAG_OPTIONAL, struct ww_site_store, min_free),
    CYAML_FIELD_END};

static const cyaml_schema_field_t access_fields[] = {
    TEXT("users", CYAML_FLAG_OPTIONAL, struct ww_site_access, users),
    TEXT("certificate", CYAML_FLAG_OPTIONAL, struct ww_site_access, certificate),
    TEXT("key", CYAML_FLAG_OPTIONAL, struct ww_site_access, key), CYAML_FIELD_END};

static const cyaml_schema_field_t site_fields[] = {
    TEXT("site", CYAML_FLAG_OPTIONAL, struct ww_site, site),
    TEXT("timezone", CYAML_FLAG_OPTIONAL, struct ww_site, timezone),
    TEXT("console", CYAML_FLAG_OPTIONAL, struct ww_site, console),
    TEXT("drawn", CYAML_FLAG_OPTIONAL, struct ww_site, drawn),
    CYAML_FIELD_MAPPING("access", CYAML_FLAG_OPTIONAL, struct ww_site, access, access_fields),
    CYAML_FIELD_MAPPING("store", CYAML_FLAG_OPTIONAL, struct ww_site, store, store_fields),
    LIST("cameras", 0, struct ww_site, cameras, camera_count, &camera, 1),
    CYAML_FIELD_END};

static const cyaml_schema_field_t drawn_site_fields[] = {
    LIST("cameras", 0, struct ww_site, cameras, camera_count, &drawn_camera, 1), CYAML_FIELD_END};

const cyaml_schema_value_t ww_drawn_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ww_site, drawn_site_fields)};

const cyaml_schema_value_t ww_site_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ww_site, site_fields)};
