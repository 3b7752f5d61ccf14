/* What the digests taken from libgcrypt want from the rest of it. */
#include <config.h>

#include "g10lib.h"
#include "hash-common.h"
#include "hwf-common.h"

#include <stdlib.h>

/* HWF_... bits: what this processor has. */
unsigned _gcry_get_hw_features(void)
{
    static unsigned features;
    static int known;
    if (!known) {
        features = _gcry_hwf_detect_x86();
        known = 1;
    }
    return features;
}

/* It would wipe keys off the stack; nothing that is digested here is a secret. */
void __gcry_burn_stack(unsigned bytes)
{
    (void)bytes;
}

void __gcry_burn_stack_dummy(void)
{
}

/* The digests name self-tests, which need all of libgcrypt. Nobody here calls them. */
const char *_gcry_hash_selftest_check_one(int algo, int mode, const void *data, size_t length,
                                          const void *expected, size_t expected_length)
{
    (void)algo, (void)mode, (void)data, (void)length, (void)expected, (void)expected_length;
    abort();
}

void _gcry_bug(const char *file, int line, const char *function)
{
    (void)file, (void)line, (void)function;
    abort();
}

void _gcry_assert_failed(const char *expression, const char *file, int line, const char *function)
{
    (void)expression;
    _gcry_bug(file, line, function);
}
