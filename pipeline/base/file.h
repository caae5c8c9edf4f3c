/* Files that appear only when they are whole. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_BASE_FILE_H
#define WW_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <wallwatch/error.h>

/* Makes a folder and those above it, on the disk, too; one that exists is fine. */
int ww_make_folder(const char *path, struct ww_error *error);

/* Puts on the disk that a file or folder of that name is there. Returns 0 or a negative errno. */
int ww_sync_folder_of(const char *path);

/* Writes all bytes, over short writes and interruptions. Returns 0 or a negative errno. */
int ww_write_all(int fd, const void *bytes, size_t size);

enum ww_durability {
    WW_WHOLE,   /* never seen half-written; may be lost when the power fails now */
    WW_DURABLE, /* on the disk, and its name too, when the call returns */
};

/* Puts `bytes` into folder/name: written beside it under another name, then renamed. On failure
 * nothing is left behind. */
int ww_publish_file(const char *folder, const char *name, const void *bytes, size_t size,
                    enum ww_durability durability, struct ww_error *error);

/* The same for what nobody else may read; in root's hands it belongs to whom its folder belongs. */
int ww_publish_secret(const char *path, const void *bytes, size_t size, struct ww_error *error);

/* The end of what a file is called until it is whole: .NAME.part */
#define WW_DRAFT_END ".part"

bool ww_is_draft(const char *name);

/* Gives a draft its name, on the disk, too, where it is to be durable. Returns 0 or a negative errno. */
int ww_publish_draft(int folder_fd, const char *draft, const char *name, enum ww_durability durability);

/* Removes drafts from a folder: what a program left that ended while it wrote. Nobody may be writing there.
 */
void ww_remove_drafts(const char *folder);

/* Removes a folder and all that is in it. */
void ww_remove_tree(const char *folder);

/* Copies a file to folder/name, likewise. */
int ww_copy_file(const char *from, const char *folder, const char *name, enum ww_durability durability,
                 struct ww_error *error);

/* Reads a whole file of at most `limit` bytes; *bytes is the caller's to free and is followed by a
 * NUL. -EFBIG where it is larger. */
int ww_read_file(const char *path, size_t limit, char **bytes, size_t *size, struct ww_error *error);

/* The sentence for a negative errno, with a remedy where there is one. */
const char *ww_errno_text(int code);

#endif
