/* wallwatch passwd: who may open the console's page. SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "commands/commands.h"
#include "config/site_files.h"
#include "config/users.h"

static const char usage[] =
    "usage: wallwatch passwd (-c FILE | -o DIR) [--role ROLE] [--remove] [NAME]\n"
    "\n"
    "Lets NAME open the page of 'wallwatch run --console', or gives NAME another password, which is asked "
    "for\n"
    "twice; where standard input is no terminal it is its first line. Without a NAME it lists who may. A "
    "console\n"
    "that runs goes by it at once, and whoever was removed or got another password is asked for it again.\n"
    "\n"
    "  -c, --config FILE  the site; its 'access: {users: FILE}', or else console.users in its store, is "
    "written\n"
    "  -o, --output DIR   the folder of run's -o, for a site without a configuration\n"
    "      --role ROLE    viewer: may look at everything, keep an event for good and export it (default);\n"
    "                     admin: may also draw walls and let go of what was kept. Who is there keeps the "
    "password\n"
    "      --remove       NAME may no longer\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit status: 0 done, 1 something could not be read or written, 2 wrong usage.\n";

struct order {
    const char *config, *folder, *name;
    enum ww_role role; /* WW_ROLE_NOBODY: as it was */
    bool removes;
};

/* --- the password -------------------------------------------------------------------------------------- */

enum { ROOM = WW_LONGEST_PASSWORD + 2 };

static const int ends[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};
enum { ENDS = sizeof ends / sizeof *ends };

static volatile sig_atomic_t ended_by;

static void note_end(int signal)
{
    ended_by = signal;
}

/* What is typed is not seen; who is interrupted sees what he types again. */
static bool read_silently(const char *prompt, char text[ROOM], const struct termios *as_it_was)
{
    const struct sigaction noting = {.sa_handler = note_end}; /* reading ends, too */
    struct sigaction before[ENDS];
    struct termios silent = *as_it_was;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    for (int i = 0; i < ENDS; i++)
        sigaction(ends[i], &noting, &before[i]);
    fputs(prompt, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool got = fgets(text, ROOM, stdin);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, as_it_was);
    fputc('\n', stderr);
    for (int i = 0; i < ENDS; i++)
        sigaction(ends[i], &before[i], NULL);
    if (ended_by)
        raise(ended_by);
    return got;
}

static int read_line(const char *prompt, char text[ROOM], struct ww_error *error)
{
    struct termios terminal;
    bool is_terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &terminal) == 0;
    if (!(is_terminal ? read_silently(prompt, text, &terminal) : fgets(text, ROOM, stdin) != NULL))
        return ww_fail(error, -EINVAL, "no password was given");
    text[strcspn(text, "\r\n")] = '\0';
    return 0;
}

static int ask(char password[ROOM], struct ww_error *error)
{
    char again[ROOM];
    int code = read_line("Password: ", password, error);
    if (code != 0 || !isatty(STDIN_FILENO))
        return code;
    code = read_line("Once more: ", again, error);
    if (code == 0 && strcmp(password, again) != 0)
        code = ww_fail(error, -EINVAL, "these were two different passwords; nothing was changed");
    sodium_memzero(again, sizeof again);
    return code;
}

/* --- the file ------------------------------------------------------------------------------------------ */

/* The caller's to free; NULL and a message. */
static char *path_of(const struct order *order, struct ww_error *error)
{
    struct ww_site *site = NULL;
    if (order->config && ww_site_read(&site, order->config, error) != 0)
        return NULL;
    const char *folder = order->folder ? order->folder : site ? site->store.path : NULL;
    char *path = NULL;
    if (!folder && !(site && site->access.users))
        ww_fail(error, -EINVAL,
                "%s has no store; say where its users are with 'access: {users: FILE}' in it, or with -o DIR",
                order->config);
    else if (!(path = ww_site_users_path(site, order->config, folder)))
        ww_fail(error, -ENOMEM, "out of memory");
    if (path && !(site && site->access.users) && ww_make_folder(folder, error) != 0) {
        free(path);
        path = NULL;
    }
    ww_site_free(site);
    return path;
}

static void list(const struct ww_users *users)
{
    for (size_t i = 0; i < users->count; i++)
        printf("%-*s %s\n", WW_USER_NAME - 1, users->list[i].name, ww_role_name(users->list[i].role));
}

static int set(const struct order *order, struct ww_users *users, struct ww_error *error)
{
    char password[ROOM];
    struct ww_user *user;
    bool only_role = order->role != WW_ROLE_NOBODY && ww_users_find(users, order->name);
    int code = ww_users_add(users, order->name, &user, error);
    if (code == 0 && order->role != WW_ROLE_NOBODY)
        user->role = order->role;
    if (code == 0 && !only_role)
        code = ask(password, error);
    if (code == 0 && !only_role)
        code = ww_user_set_password(user, password, error);
    sodium_memzero(password, sizeof password);
    return code;
}

static void tell(const struct order *order, const struct ww_users *users, const char *path)
{
    bool any_admin = false;
    if (order->removes)
        ww_log(WW_LOG_INFO, "%s was removed from %s", order->name, path);
    else
        ww_log(WW_LOG_INFO, "%s is %s in %s", order->name,
               ww_users_find(users, order->name)->role == WW_ROLE_ADMIN ? "an admin" : "a viewer", path);
    for (size_t i = 0; i < users->count; i++)
        any_admin |= users->list[i].role == WW_ROLE_ADMIN;
    if (!any_admin)
        ww_log(WW_LOG_INFO, "nobody there may draw walls; '--role admin' lets somebody");
}

static int change(const struct order *order, struct ww_users *users, const char *path, struct ww_error *error)
{
    int code = 0;
    if (!order->removes)
        code = set(order, users, error);
    else if (!ww_users_remove(users, order->name))
        code = ww_fail(error, -ENOENT, "there is no '%s' in %s", order->name, path);
    if (code == 0)
        code = ww_users_write(users, path, error);
    if (code == 0)
        tell(order, users, path);
    return code;
}

static int carry_out(const struct order *order)
{
    struct ww_error error;
    struct ww_users users = {0};
    char *path = path_of(order, &error);
    int code = path ? ww_users_read(&users, path, &error) : error.code;
    if (path && code == -ENOENT && !order->removes && order->name)
        code = 0;
    if (code == 0 && order->name)
        code = change(order, &users, path, &error);
    else if (code == 0)
        list(&users);
    ww_users_free(&users);
    free(path);
    if (code == 0)
        return WW_EXIT_DONE;
    ww_log(WW_LOG_ERROR, "%s", error.text);
    return code == -EINVAL ? WW_EXIT_USAGE : WW_EXIT_FAILED;
}

/* --- the command line ---------------------------------------------------------------------------------- */

static int run(int argc, char **argv)
{
    enum { OPTION_ROLE = 256, OPTION_REMOVE };
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"output", required_argument, NULL, 'o'},
                                            {"role", required_argument, NULL, OPTION_ROLE},
                                            {"remove", no_argument, NULL, OPTION_REMOVE},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    struct order order = {0};
    int option;
    while ((option = getopt_long(argc, argv, "c:o:h", options, NULL)) != -1) {
        switch (option) {
        case 'c': order.config = optarg; break;
        case 'o': order.folder = optarg; break;
        case OPTION_REMOVE: order.removes = true; break;
        case OPTION_ROLE:
            order.role = ww_role_named(optarg);
            if (order.role == WW_ROLE_NOBODY)
                return ww_wrong_usage(&ww_command_passwd, "--role is viewer or admin, not '%s'", optarg);
            break;
        case 'h': fputs(usage, stdout); return WW_EXIT_DONE;
        default: return ww_wrong_usage(&ww_command_passwd, NULL);
        }
    }
    if (!order.config && !order.folder)
        return ww_wrong_usage(&ww_command_passwd, "name the configuration with -c, or the folder with -o");
    if (argc - optind > 1)
        return ww_wrong_usage(&ww_command_passwd, "name one user; the password is asked for");
    order.name = argv[optind];
    if ((order.removes || order.role != WW_ROLE_NOBODY) && !order.name)
        return ww_wrong_usage(&ww_command_passwd, "name the user");
    return carry_out(&order);
}

const struct ww_command ww_command_passwd = {
    .name = "passwd",
    .about = "who may open the console's page",
    .usage = usage,
    .run = run,
};
