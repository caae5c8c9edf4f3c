/* Writes a built-in scene as y4m, or with --truth where its intruder is: "FRAME X Y W H" a line.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/scenes/scene.h"

int main(int argc, char **argv)
{
    bool truth = argc == 3 && strcmp(argv[1], "--truth") == 0;
    const struct ww_scene *scene = argc == 2 || truth ? ww_scene_find(argv[argc - 1]) : NULL;
    if (!scene) {
        fprintf(stderr, "usage: scene_y4m [--truth] SCENE\n");
        return 2;
    }
    size_t size = ww_scene_frame_size(scene);
    struct ww_scene_player *player = ww_scene_player_create(scene);
    unsigned char *frame = player ? malloc(size) : NULL;
    if (!frame) {
        ww_scene_player_destroy(player);
        return 1;
    }
    if (!truth)
        printf("YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL\n", scene->width, scene->height,
               scene->frame_rate);
    for (int i = 0; i < scene->frame_count; i++) {
        struct ww_scene_box box;
        bool seen = ww_scene_player_draw(player, i, frame, &box);
        if (truth && seen)
            printf("%d %d %d %d %d\n", i, box.x, box.y, box.width, box.height);
        if (!truth && (puts("FRAME") == EOF || fwrite(frame, size, 1, stdout) != 1))
            break;
    }
    free(frame);
    ww_scene_player_destroy(player);
    return fflush(stdout) == 0 ? 0 : 1;
}
