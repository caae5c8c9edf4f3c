/* How functions that can fail say why. SPDX-License-Identifier: Apache-2.0 */
#ifndef WALLWATCH_ERROR_H
#define WALLWATCH_ERROR_H

#if defined(__GNUC__)
#define WW_API __attribute__((visibility("default")))
#define WW_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define WW_API
#define WW_PRINTF(text, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The caller owns it and passes its address; a failing function fills it and returns a negative
 * errno. `text` says what was being done to what, and why it failed; always NUL-terminated. */
struct ww_error {
    int code; /* the negative errno that was returned */
    char text[512];
};

/* Fills *error (NULL is allowed) and returns `code`, a negative errno, so that a function can end
 * with `return ww_fail(error, -EINVAL, "…", …)`. */
WW_API int ww_fail(struct ww_error *error, int code, const char *format, ...) WW_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
