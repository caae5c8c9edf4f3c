/* SPDX-License-Identifier: Apache-2.0 */
#include "console/certificate.h"

#include <errno.h>
#include <stdlib.h>

#ifdef WW_HAVE_GNUTLS

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { LARGEST_FILE = 1 << 20, LIFE_DAYS = 825, RENEWED_DAYS = 30, DAY = 86400, PEM_ROOM = 8192 };

struct ww_certificate {
    char *chain, *key;
    gnutls_x509_crt_t first; /* of the chain */
    char fingerprint[WW_FINGERPRINT_TEXT];
    bool own;
};

/* --- reading ------------------------------------------------------------------------------------------- */

static gnutls_datum_t datum_of(const char *text)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)text, (unsigned)strlen(text)};
}

static int set_fingerprint(struct ww_certificate *certificate)
{
    unsigned char digest[32];
    size_t size = sizeof digest;
    int code = gnutls_x509_crt_get_fingerprint(certificate->first, GNUTLS_DIG_SHA256, digest, &size);
    for (size_t i = 0; code == 0 && i < size; i++)
        snprintf(certificate->fingerprint + 3 * i, 4, "%02X%s", digest[i], i + 1 < size ? ":" : "");
    return code;
}

/* Returns 0 or one of GnuTLS's codes. */
static int parse(struct ww_certificate *certificate)
{
    gnutls_datum_t chain = datum_of(certificate->chain), key = datum_of(certificate->key);
    gnutls_certificate_credentials_t pair;
    int code = gnutls_certificate_allocate_credentials(&pair);
    if (code != 0)
        return code;
    /* Refuses a key that is another's, too. */
    code = gnutls_certificate_set_x509_key_mem(pair, &chain, &key, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(pair);
    if (code < 0)
        return code;
    code = gnutls_x509_crt_init(&certificate->first);
    if (code == 0)
        code = gnutls_x509_crt_import(certificate->first, &chain, GNUTLS_X509_FMT_PEM);
    return code == 0 ? set_fingerprint(certificate) : code;
}

static int check_secrecy(const char *path, struct ww_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0 || !(info.st_mode & S_IRWXO))
        return 0;
    return ww_fail(error, -EACCES, "the key in '%s' can be read by everybody; 'chmod 600 %s' helps", path,
                   path);
}

int ww_certificate_read(struct ww_certificate **certificate, const char *path, const char *key,
                        struct ww_error *error)
{
    struct ww_certificate *read = calloc(1, sizeof *read);
    const char *key_path = key ? key : path;
    size_t size;
    *certificate = NULL;
    if (!read)
        return ww_fail(error, -ENOMEM, "cannot read '%s': out of memory", path);
    int code = ww_read_file(path, LARGEST_FILE, &read->chain, &size, error);
    if (code == 0)
        code = ww_read_file(key_path, LARGEST_FILE, &read->key, &size, error);
    int fault = code == 0 ? parse(read) : 0;
    if (fault < 0)
        code = ww_fail(error, -EINVAL, "'%s'%s%s%s: a certificate and its key, as PEM, were expected: %s",
                       path, key ? " and '" : "", key ? key : "", key ? "'" : "", gnutls_strerror(fault));
    if (code == 0)
        code = check_secrecy(key_path, error);
    if (code == 0 && ww_certificate_days_left(read) <= 0)
        code = ww_fail(error, -EKEYEXPIRED, "the certificate '%s' is over: browsers take it no longer", path);
    if (code == 0)
        *certificate = read;
    else
        ww_certificate_free(read);
    return code;
}

/* --- making -------------------------------------------------------------------------------------------- */

static int add_names(gnutls_x509_crt_t made)
{
    char host[HOST_NAME_MAX + 1] = "", local[HOST_NAME_MAX + 8];
    struct ifaddrs *all = NULL;
    gethostname(host, sizeof host - 1);
    snprintf(local, sizeof local, "%s.local", host);
    const char *names[] = {"localhost", host, strchr(host, '.') ? "" : local};
    int code = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names && code == 0; i++)
        if (*names[i])
            code = gnutls_x509_crt_set_subject_alt_name(made, GNUTLS_SAN_DNSNAME, names[i],
                                                        (unsigned)strlen(names[i]), GNUTLS_FSAN_APPEND);
    if (getifaddrs(&all) != 0)
        return code;
    for (const struct ifaddrs *one = all; one && code == 0; one = one->ifa_next) {
        const struct sockaddr *address = one->ifa_addr;
        if (address && address->sa_family == AF_INET)
            code = gnutls_x509_crt_set_subject_alt_name(made, GNUTLS_SAN_IPADDRESS,
                                                        &((const struct sockaddr_in *)address)->sin_addr, 4,
                                                        GNUTLS_FSAN_APPEND);
        else if (address && address->sa_family == AF_INET6)
            code = gnutls_x509_crt_set_subject_alt_name(made, GNUTLS_SAN_IPADDRESS,
                                                        &((const struct sockaddr_in6 *)address)->sin6_addr,
                                                        16, GNUTLS_FSAN_APPEND);
    }
    freeifaddrs(all);
    return code;
}

static int describe(gnutls_x509_crt_t made, gnutls_x509_privkey_t key)
{
    unsigned char serial[16];
    time_t now = time(NULL);
    int code = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
    serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40); /* a positive number of this length */
    if (code == 0)
        code = gnutls_x509_crt_set_serial(made, serial, sizeof serial);
    if (code == 0)
        code = gnutls_x509_crt_set_version(made, 3);
    if (code == 0)
        code = gnutls_x509_crt_set_dn(made, "CN=wallwatch", NULL);
    if (code == 0)
        code = gnutls_x509_crt_set_activation_time(made, now - DAY); /* clocks of cameras' boxes are late */
    if (code == 0)
        code = gnutls_x509_crt_set_expiration_time(made, now + (time_t)LIFE_DAYS * DAY - DAY);
    if (code == 0)
        code = gnutls_x509_crt_set_key(made, key);
    if (code == 0)
        code = gnutls_x509_crt_set_key_usage(made, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (code == 0)
        code = gnutls_x509_crt_set_key_purpose_oid(made, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (code == 0)
        code = gnutls_x509_crt_set_basic_constraints(made, 0, -1);
    return code == 0 ? add_names(made) : code;
}

/* Both as PEM, one after the other. */
static int make_pair(char *text)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t made = NULL;
    size_t size = PEM_ROOM, more;
    int code = gnutls_x509_privkey_init(&key);
    if (code == 0)
        code = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                            GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (code == 0)
        code = gnutls_x509_crt_init(&made);
    if (code == 0)
        code = describe(made, key);
    if (code == 0)
        code = gnutls_x509_crt_sign2(made, made, key, GNUTLS_DIG_SHA256, 0);
    if (code == 0)
        code = gnutls_x509_crt_export(made, GNUTLS_X509_FMT_PEM, text, &size);
    more = code == 0 ? PEM_ROOM - size : 0;
    if (code == 0)
        code = gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, text + size, &more);
    if (code == 0)
        text[size + more] = '\0';
    gnutls_x509_crt_deinit(made);
    gnutls_x509_privkey_deinit(key);
    return code;
}

static int make(const char *path, struct ww_error *error)
{
    char text[PEM_ROOM + 1];
    int code = make_pair(text);
    if (code != 0)
        return ww_fail(error, -EIO, "cannot make a certificate: %s", gnutls_strerror(code));
    code = ww_publish_secret(path, text, strlen(text), error);
    gnutls_memset(text, 0, sizeof text);
    return code;
}

int ww_certificate_provide(struct ww_certificate **certificate, const char *path, struct ww_error *error)
{
    int code = ww_certificate_read(certificate, path, NULL, error);
    if (*certificate && ww_certificate_days_left(*certificate) < RENEWED_DAYS) {
        ww_certificate_free(*certificate);
        *certificate = NULL;
        code = -EKEYEXPIRED;
    }
    if (code == -ENOENT || code == -EKEYEXPIRED) {
        code = make(path, error);
        if (code == 0)
            code = ww_certificate_read(certificate, path, NULL, error);
    }
    if (*certificate)
        (*certificate)->own = true;
    return code;
}

void ww_certificate_free(struct ww_certificate *certificate)
{
    if (!certificate)
        return;
    if (certificate->first)
        gnutls_x509_crt_deinit(certificate->first);
    if (certificate->key)
        gnutls_memset(certificate->key, 0, strlen(certificate->key));
    free(certificate->key);
    free(certificate->chain);
    free(certificate);
}

const char *ww_certificate_chain(const struct ww_certificate *certificate)
{
    return certificate->chain;
}

const char *ww_certificate_key(const struct ww_certificate *certificate)
{
    return certificate->key;
}

const char *ww_certificate_fingerprint(const struct ww_certificate *certificate)
{
    return certificate->fingerprint;
}

bool ww_certificate_is_own(const struct ww_certificate *certificate)
{
    return certificate->own;
}

double ww_certificate_days_left(const struct ww_certificate *certificate)
{
    return difftime(gnutls_x509_crt_get_expiration_time(certificate->first), time(NULL)) / DAY;
}

bool ww_certificate_is_for(const struct ww_certificate *certificate, const char *name)
{
    return gnutls_x509_crt_check_hostname(certificate->first, name) != 0;
}

#else

int ww_certificate_read(struct ww_certificate **certificate, const char *path, const char *key,
                        struct ww_error *error)
{
    (void)key;
    *certificate = NULL;
    return ww_fail(error, -ENOTSUP, "cannot use '%s': wallwatch was built without GnuTLS", path);
}

int ww_certificate_provide(struct ww_certificate **certificate, const char *path, struct ww_error *error)
{
    return ww_certificate_read(certificate, path, NULL, error);
}

void ww_certificate_free(struct ww_certificate *certificate)
{
    free(certificate);
}

const char *ww_certificate_chain(const struct ww_certificate *certificate)
{
    (void)certificate;
    return "";
}

const char *ww_certificate_key(const struct ww_certificate *certificate)
{
    (void)certificate;
    return "";
}

const char *ww_certificate_fingerprint(const struct ww_certificate *certificate)
{
    (void)certificate;
    return "";
}

bool ww_certificate_is_own(const struct ww_certificate *certificate)
{
    (void)certificate;
    return false;
}

double ww_certificate_days_left(const struct ww_certificate *certificate)
{
    (void)certificate;
    return 0;
}

bool ww_certificate_is_for(const struct ww_certificate *certificate, const char *name)
{
    (void)certificate;
    (void)name;
    return false;
}

#endif
