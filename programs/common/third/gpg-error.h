/*
 * libgcrypt's headers want libgpg-error's. What is taken from libgcrypt, its digests, cannot fail:
 * these are the names that its headers must be able to say, and no more.
 */
#ifndef GPG_ERROR_H
#define GPG_ERROR_H

#include <errno.h>

#define GPG_ERR_INLINE inline

typedef unsigned gpg_error_t;
typedef unsigned gpg_err_code_t;
typedef unsigned gpg_err_source_t;

enum {
    GPG_ERR_NO_ERROR,
    GPG_ERR_SOURCE_GCRYPT,
    GPG_ERR_SOURCE_USER_1,
    GPG_ERR_DIGEST_ALGO,
    GPG_ERR_SELFTEST_FAILED
};

const char *gpg_strerror(gpg_error_t error);
const char *gpg_strsource(gpg_error_t error);

static inline gpg_error_t gpg_err_make(gpg_err_source_t source, gpg_err_code_t code)
{
    (void)source;
    return code;
}

static inline gpg_err_code_t gpg_err_code(gpg_error_t error)
{
    return error;
}

static inline gpg_err_source_t gpg_err_source(gpg_error_t error)
{
    (void)error;
    return GPG_ERR_SOURCE_GCRYPT;
}

static inline gpg_error_t gpg_error(gpg_err_code_t code)
{
    return code;
}

static inline gpg_err_code_t gpg_err_code_from_errno(int number)
{
    return (gpg_err_code_t)number;
}

static inline int gpg_err_code_to_errno(gpg_err_code_t code)
{
    return (int)code;
}

static inline gpg_error_t gpg_err_make_from_errno(gpg_err_source_t source, int number)
{
    (void)source;
    return (gpg_error_t)number;
}

#endif
