/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signature.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static const char format_name[] = "wallwatch-key-1 ";
enum { SEED_DIGITS = 2 * crypto_sign_SEEDBYTES, LARGEST_FILE = 4096 };

static void expand(struct ww_signing_key *key, const unsigned char seed[crypto_sign_SEEDBYTES])
{
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    crypto_sign_seed_keypair(public_key, key->secret, seed);
    sodium_bin2hex(key->public_key, sizeof key->public_key, public_key, sizeof public_key);
}

static int write_new(const char *path, mode_t mode, const char *text, struct ww_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST)
        return ww_fail(error, -EEXIST,
                       "'%s' is there already; a key that signed a log must not be lost: move it away first",
                       path);
    if (fd < 0)
        return ww_fail(error, -errno, "cannot write '%s': %s", path, ww_errno_text(-errno));
    int code = ww_write_all(fd, text, strlen(text));
    if (code == 0 && fsync(fd) != 0)
        code = -errno;
    close(fd);
    if (code != 0)
        unlink(path);
    return code == 0 ? 0 : ww_fail(error, code, "cannot write '%s': %s", path, ww_errno_text(code));
}

static int write_public(const char *path, const struct ww_signing_key *key, struct ww_error *error)
{
    char text[WW_PUBLIC_KEY_TEXT + 1], *name;
    snprintf(text, sizeof text, "%s\n", key->public_key);
    if (asprintf(&name, "%s.pub", path) < 0)
        return ww_fail(error, -ENOMEM, "out of memory");
    int code = write_new(name, 0644, text, error);
    free(name);
    return code;
}

int ww_signing_key_make(const char *path, struct ww_signing_key *key, struct ww_error *error)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    char text[sizeof format_name + SEED_DIGITS + 1], digits[SEED_DIGITS + 1];
    if (sodium_init() < 0)
        return ww_fail(error, -EIO, "libsodium has no random numbers");
    randombytes_buf(seed, sizeof seed);
    expand(key, seed);
    sodium_bin2hex(digits, sizeof digits, seed, sizeof seed);
    snprintf(text, sizeof text, "%s%s\n", format_name, digits);
    int code = write_new(path, 0600, text, error);
    if (code == 0) {
        code = write_public(path, key, error);
        if (code != 0)
            unlink(path);
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(text, sizeof text);
    sodium_memzero(digits, sizeof digits);
    return code;
}

static bool read_digits(const char *text, unsigned char *bytes, size_t size)
{
    size_t length;
    return strspn(text, "0123456789abcdef") == 2 * size &&
           sodium_hex2bin(bytes, size, text, 2 * size, NULL, &length, NULL) == 0 && length == size;
}

int ww_signing_key_read(const char *path, struct ww_signing_key *key, struct ww_error *error)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    struct stat info;
    char *text;
    size_t size;
    if (sodium_init() < 0)
        return ww_fail(error, -EIO, "libsodium cannot be used");
    if (stat(path, &info) == 0 && info.st_mode & (S_IRWXG | S_IRWXO))
        return ww_fail(error, -EACCES, "the key '%s' can be read by others; 'chmod 600 %s' helps", path,
                       path);
    int code = ww_read_file(path, LARGEST_FILE, &text, &size, error);
    if (code != 0)
        return code;
    size_t name = sizeof format_name - 1;
    if (strncmp(text, format_name, name) == 0 && read_digits(text + name, seed, sizeof seed))
        expand(key, seed);
    else
        code = ww_fail(error, -EINVAL, "'%s' is no key; 'wallwatch keygen FILE' makes one", path);
    sodium_memzero(text, size);
    sodium_memzero(seed, sizeof seed);
    free(text);
    return code;
}

void ww_signing_key_forget(struct ww_signing_key *key)
{
    sodium_memzero(key, sizeof *key);
}

void ww_sign(const struct ww_signing_key *key, const void *bytes, size_t size, char text[WW_SIGNATURE_TEXT])
{
    unsigned char signature[crypto_sign_BYTES];
    crypto_sign_detached(signature, NULL, bytes, size, key->secret);
    sodium_bin2hex(text, WW_SIGNATURE_TEXT, signature, sizeof signature);
}

bool ww_signature_holds(const char *public_key, const void *bytes, size_t size, const char *text)
{
    unsigned char key[crypto_sign_PUBLICKEYBYTES], signature[crypto_sign_BYTES];
    return strlen(public_key) == 2 * sizeof key && strlen(text) == 2 * sizeof signature &&
           read_digits(public_key, key, sizeof key) && read_digits(text, signature, sizeof signature) &&
           crypto_sign_verify_detached(signature, bytes, size, key) == 0;
}

int ww_public_key_read(const char *text_or_path, char key[WW_PUBLIC_KEY_TEXT], struct ww_error *error)
{
    unsigned char bytes[crypto_sign_PUBLICKEYBYTES];
    char *text;
    size_t size;
    if (strlen(text_or_path) == 2 * sizeof bytes && read_digits(text_or_path, bytes, sizeof bytes)) {
        sodium_bin2hex(key, WW_PUBLIC_KEY_TEXT, bytes, sizeof bytes);
        return 0;
    }
    int code = ww_read_file(text_or_path, LARGEST_FILE, &text, &size, error);
    if (code != 0)
        return code;
    if (read_digits(text, bytes, sizeof bytes))
        sodium_bin2hex(key, WW_PUBLIC_KEY_TEXT, bytes, sizeof bytes);
    else
        code = ww_fail(error, -EINVAL, "'%s' holds no public key: 64 hexadecimal digits", text_or_path);
    free(text);
    return code;
}
