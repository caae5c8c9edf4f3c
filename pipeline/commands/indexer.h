/* Keeps the index of a log that is being written up to date. SPDX-License-Identifier: Apache-2.0 */
#ifndef WW_COMMANDS_INDEXER_H
#define WW_COMMANDS_INDEXER_H

struct ww_indexer;

/* A thread of its own; `folder` is lent. NULL where there is no memory: who asks for events brings the index
 * up to date then. */
struct ww_indexer *ww_indexer_start(const char *folder);

/* NULL is allowed. */
void ww_indexer_stop(struct ww_indexer *indexer);

#endif
