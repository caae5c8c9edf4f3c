/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/fresh_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

char *ww_fresh_folder(void)
{
    char stamp[32], *folder;
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    for (int i = 1; i < 1000; i++) {
        int length = i == 1 ? asprintf(&folder, "wallwatch-%s", stamp)
                            : asprintf(&folder, "wallwatch-%s-%d", stamp, i);
        if (length < 0)
            return NULL;
        if (mkdir(folder, 0777) == 0 || errno != EEXIST) /* other errors come back when it is used */
            return folder;
        free(folder);
    }
    return NULL;
}
