/* Who may come in to the console, how often he may try, and for how long he is known.
 * SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#ifdef WW_HAVE_LIBMICROHTTPD

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/users.h"
#include "console/access.h"
#include "console/attempts.h"
#include "console/sessions.h"

static const struct sockaddr *v4(struct sockaddr_in *address, const char *text)
{
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    assert_int_equal(inet_pton(AF_INET, text, &address->sin_addr), 1);
    return (const struct sockaddr *)address;
}

static const struct sockaddr *v6(struct sockaddr_in6 *address, const char *text)
{
    *address = (struct sockaddr_in6){.sin6_family = AF_INET6};
    assert_int_equal(inet_pton(AF_INET6, text, &address->sin6_addr), 1);
    return (const struct sockaddr *)address;
}

static void test_who_guesses_waits_longer_each_time(void **state)
{
    static struct ww_attempts attempts;
    struct sockaddr_in guesser, other;
    double now = 1000;
    (void)state;
    v4(&guesser, "192.0.2.1");
    v4(&other, "192.0.2.2");
    for (int i = 0; i < WW_FREE_ATTEMPTS; i++)
        assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, now) <= 0);
    for (int wait = 1; wait <= WW_LONGEST_WAIT; wait *= 2) {
        double told = ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, now);
        assert_true(told > wait - 1e-6 && told < wait + 1e-6);
        now += wait;
        assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, now) <= 0);
    }
    for (int i = 0; i < 100; i++) /* it stays bounded */
        assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, now + i * WW_LONGEST_WAIT) <=
                    WW_LONGEST_WAIT);
    now += 100 * WW_LONGEST_WAIT;
    assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&other, now) <= 0);
    now += WW_FORGIVEN + 1;
    assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, now) <= 0);
    assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, now) <= 0);
}

static void test_the_wait_begins_with_the_answer(void **state)
{
    static struct ww_attempts attempts;
    struct sockaddr_in guesser, other;
    (void)state;
    v4(&guesser, "192.0.2.1");
    v4(&other, "192.0.2.2");
    for (int i = 0; i <= WW_FREE_ATTEMPTS; i++) /* each takes ten seconds to be answered */
        assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, 1000 + 10 * i) <= 0);
    double answered = 1000 + 10 * (WW_FREE_ATTEMPTS + 1);
    ww_attempts_fail(&attempts, (struct sockaddr *)&other, answered);
    assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&other, answered) <= 0);
    ww_attempts_fail(&attempts, (struct sockaddr *)&guesser, answered);
    double told = ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, answered);
    assert_true(told > 2 - 1e-6 && told < 2 + 1e-6);
    ww_attempts_fail(&attempts, (struct sockaddr *)&guesser,
                     answered - 5); /* who began later may be answered first */
    assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guesser, answered) > 2 - 1e-6);
}

static void test_who_is_let_in_is_forgiven(void **state)
{
    static struct ww_attempts attempts;
    struct sockaddr_in guard;
    (void)state;
    v4(&guard, "192.0.2.1");
    for (int i = 0; i < 3 * WW_FREE_ATTEMPTS; i++) {
        assert_true(ww_attempts_begin(&attempts, (struct sockaddr *)&guard, 1000) <= 0);
        if (i % WW_FREE_ATTEMPTS == WW_FREE_ATTEMPTS - 1)
            ww_attempts_forgive(&attempts, (struct sockaddr *)&guard);
    }
}

/* A customer has 2⁶⁴ addresses of IPv6, and one of IPv4, which a socket of both writes otherwise. */
static void test_a_network_is_one_source(void **state)
{
    static struct ww_attempts attempts;
    struct sockaddr_in6 address;
    struct sockaddr_in old;
    char text[64];
    (void)state;
    for (int i = 0; i < WW_FREE_ATTEMPTS; i++) {
        snprintf(text, sizeof text, "2001:db8:1:2::%x", i + 1);
        assert_true(ww_attempts_begin(&attempts, v6(&address, text), 1000) <= 0);
    }
    assert_true(ww_attempts_begin(&attempts, v6(&address, "2001:db8:1:2:ffff::1"), 1000) > 0);
    assert_true(ww_attempts_begin(&attempts, v6(&address, "2001:db8:1:3::1"), 1000) <= 0);
    for (int i = 0; i < WW_FREE_ATTEMPTS; i++)
        assert_true(ww_attempts_begin(&attempts, v6(&address, "::ffff:192.0.2.1"), 1000) <= 0);
    assert_true(ww_attempts_begin(&attempts, v4(&old, "192.0.2.1"), 1000) > 0);
    assert_true(ww_attempts_begin(&attempts, v6(&address, "::ffff:192.0.2.2"), 1000) <= 0);
}

/* Who has many addresses cannot wash off what one of them did by filling the table within a moment. */
static void test_the_quietest_source_is_forgotten_first(void **state)
{
    static struct ww_attempts attempts;
    struct sockaddr_in one;
    char text[32];
    (void)state;
    for (int i = 0; i < WW_ATTEMPT_SOURCES + 10; i++) {
        snprintf(text, sizeof text, "10.0.%d.%d", i / 256, i % 256);
        for (int n = 0; n < WW_FREE_ATTEMPTS; n++)
            assert_true(ww_attempts_begin(&attempts, v4(&one, text), 1000 + i * 1e-3) <= 0);
    }
    assert_true(ww_attempts_begin(&attempts, v4(&one, text), 1000.5) > 0);
    assert_true(ww_attempts_begin(&attempts, v4(&one, "10.0.0.3"), 1000.5) <= 0);
}

static void id_of(unsigned char id[32], int number)
{
    char text[16];
    snprintf(text, sizeof text, "token %d", number);
    ww_session_id(id, text);
}

static void test_sessions_end(void **state)
{
    static struct ww_sessions sessions;
    const struct ww_user guard = {.name = "guard", .hash = "a", .role = WW_ROLE_VIEWER};
    unsigned char id[32], other[32];
    double now = 5;
    (void)state;
    id_of(id, 1);
    id_of(other, 2);
    ww_sessions_begin(&sessions, id, &guard, now);
    assert_null(ww_sessions_find(&sessions, other, now));
    for (int i = 0; i < 10; i++) {
        now += WW_SESSION_IDLE - 1;
        assert_string_equal(ww_sessions_find(&sessions, id, now)->user.name, "guard");
    }
    assert_null(ww_sessions_find(&sessions, id, now + WW_SESSION_IDLE + 1));
    assert_null(ww_sessions_find(&sessions, id, now));
    ww_sessions_begin(&sessions, id, &guard, now);
    for (int age = 0; age < WW_SESSION_LIFE; age += WW_SESSION_IDLE / 2)
        assert_non_null(ww_sessions_find(&sessions, id, now + age));
    assert_null(ww_sessions_find(&sessions, id, now + WW_SESSION_LIFE + 1));
    ww_sessions_begin(&sessions, id, &guard, now);
    ww_sessions_end(&sessions, id);
    assert_null(ww_sessions_find(&sessions, id, now));
}

static void test_sessions_end_with_the_password(void **state)
{
    static struct ww_sessions sessions;
    struct ww_user list[] = {{"guard", "a", WW_ROLE_VIEWER}, {"boss", "b", WW_ROLE_ADMIN}};
    struct ww_users users = {list, 2};
    unsigned char guard[32], boss[32];
    (void)state;
    id_of(guard, 1);
    id_of(boss, 2);
    ww_sessions_begin(&sessions, guard, &list[0], 5);
    ww_sessions_begin(&sessions, boss, &list[1], 5);
    list[0].role = WW_ROLE_ADMIN;
    ww_sessions_keep(&sessions, &users);
    assert_int_equal(ww_sessions_find(&sessions, guard, 5)->user.role, WW_ROLE_ADMIN);
    strcpy(list[0].hash, "c");
    ww_sessions_keep(&sessions, &users);
    assert_null(ww_sessions_find(&sessions, guard, 5));
    users.count = 1;
    ww_sessions_keep(&sessions, &users);
    assert_null(ww_sessions_find(&sessions, boss, 5));
}

static void test_the_session_unused_for_longest_makes_room(void **state)
{
    static struct ww_sessions sessions;
    const struct ww_user guard = {.name = "guard", .hash = "a", .role = WW_ROLE_VIEWER};
    unsigned char id[32];
    (void)state;
    for (int i = 0; i < WW_SESSIONS; i++) {
        id_of(id, i);
        ww_sessions_begin(&sessions, id, &guard, 5 + i);
    }
    id_of(id, 0);
    assert_non_null(ww_sessions_find(&sessions, id, 1000));
    id_of(id, WW_SESSIONS);
    ww_sessions_begin(&sessions, id, &guard, 1001);
    assert_non_null(ww_sessions_find(&sessions, id, 1001));
    id_of(id, 0);
    assert_non_null(ww_sessions_find(&sessions, id, 1001));
    id_of(id, 1);
    assert_null(ww_sessions_find(&sessions, id, 1001));
    id_of(id, 2);
    assert_non_null(ww_sessions_find(&sessions, id, 1001));
}

/* --- the file ------------------------------------------------------------------------------------------ */

enum { PATH = 64 };

static void write_users(char path[PATH], const char *text, mode_t mode)
{
    snprintf(path, PATH, "unit-access-%d.users", (int)getpid());
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void test_files_of_users_are_read_with_care(void **state)
{
    static const struct {
        const char *text, *words;
        mode_t mode;
        int code;
    } files[] = {
        {"# nobody\n\nguard viewer $argon2id$x\nboss admin $argon2id$y", NULL, 0600, 0},
        {"guard viewer $argon2id$x\n", "can be read by others; 'chmod 600", 0644, -EACCES},
        {"guard viewer $argon2id$x\n", "can be read by others", 0620, -EACCES},
        {"guard viewer\n", ":1: a name, viewer or admin", 0600, -EINVAL},
        {"guard owner $argon2id$x\n", ":1: a name, viewer or admin", 0600, -EINVAL},
        {"\nguard viewer plain\n", ":2: a name, viewer or admin", 0600, -EINVAL},
        {"g/u viewer $argon2id$x\n", "'g/u' cannot be a user", 0600, -EINVAL},
        {"guard viewer $argon2id$x\nguard admin $argon2id$y\n", ":2: 'guard' is there twice", 0600, -EINVAL},
    };
    char path[PATH];
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct ww_users users;
        struct ww_error error = {0};
        write_users(path, files[i].text, files[i].mode);
        assert_int_equal(ww_users_read(&users, path, &error), files[i].code);
        if (files[i].code == 0)
            assert_int_equal(ww_users_find(&users, "boss")->role, WW_ROLE_ADMIN);
        else
            assert_says(error.text, files[i].words);
        ww_users_free(&users);
    }
    unlink(path);
}

static void test_passwords_are_kept_as_hashes(void **state)
{
    struct ww_users users = {0}, read;
    struct ww_user *user;
    struct ww_error error = {0};
    char path[PATH];
    struct stat info;
    (void)state;
    write_users(path, "", 0644);
    assert_int_equal(ww_users_add(&users, "guard", &user, &error), 0);
    assert_int_equal(ww_user_set_password(user, "1234567", &error), -EINVAL);
    assert_int_equal(ww_user_set_password(user, "aaaaaaaaaa", &error), -EINVAL);
    assert_int_equal(ww_user_set_password(user, "correct horse", &error), 0);
    assert_null(strstr(user->hash, "horse"));
    assert_int_equal(ww_users_write(&users, path, &error), 0);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(ww_users_read(&read, path, &error), 0);
    assert_true(ww_user_has_password(ww_users_find(&read, "guard"), "correct horse"));
    assert_false(ww_user_has_password(ww_users_find(&read, "guard"), "correct horsf"));
    assert_false(ww_user_has_password(ww_users_find(&read, "guard"), ""));
    assert_false(ww_user_has_password(NULL, "correct horse"));
    ww_users_free(&users);
    ww_users_free(&read);
    unlink(path);
}

/* What cannot be read any more lets nobody in; what was never there lets everybody, on this machine. */
static void test_a_lost_file_lets_nobody_in(void **state)
{
    struct ww_access *access;
    struct ww_error error;
    struct ww_visitor visitor;
    char path[PATH];
    (void)state;
    write_users(path, "", 0600);
    unlink(path);
    struct ww_access_options options = {.users = path, .demanded = true};
    assert_int_equal(ww_access_open(&access, &options, &error), -ENOENT);
    options.demanded = false;
    assert_int_equal(ww_access_open(&access, &options, &error), 0);
    ww_access_know(access, NULL, &visitor);
    assert_int_equal(visitor.role, WW_ROLE_ADMIN);
    write_users(path, "guard viewer $argon2id$x\n", 0600);
    ww_access_know(access, NULL, &visitor);
    assert_int_equal(visitor.role, WW_ROLE_NOBODY);
    unlink(path);
    ww_access_know(access, NULL, &visitor);
    assert_int_equal(visitor.role, WW_ROLE_NOBODY);
    ww_access_close(access);
    write_users(path, "guard viewer $argon2id$x\n", 0644);
    assert_int_equal(ww_access_open(&access, &options, &error), -EACCES);
    unlink(path);
}

#endif

int main(void)
{
#ifdef WW_HAVE_LIBMICROHTTPD
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_guesses_waits_longer_each_time),
        cmocka_unit_test(test_the_wait_begins_with_the_answer),
        cmocka_unit_test(test_who_is_let_in_is_forgiven),
        cmocka_unit_test(test_a_network_is_one_source),
        cmocka_unit_test(test_the_quietest_source_is_forgotten_first),
        cmocka_unit_test(test_sessions_end),
        cmocka_unit_test(test_sessions_end_with_the_password),
        cmocka_unit_test(test_the_session_unused_for_longest_makes_room),
        cmocka_unit_test(test_files_of_users_are_read_with_care),
        cmocka_unit_test(test_passwords_are_kept_as_hashes),
        cmocka_unit_test(test_a_lost_file_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0;
#endif
}
