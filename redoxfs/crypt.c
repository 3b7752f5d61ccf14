/* Encryption: Argon2id makes a key of the password, which opens a key slot of the header; what the
 * slot holds are the two keys of AES-128-XTS. AES is from Mbed TLS, Argon2 from libsodium. */
#include "redoxfs/internal.h"

#include <argon2.h>
#include <errno.h>
#include <mbedtls/aes.h>
#include <stdlib.h>

#define ARGON_MEMORY 4096u /* KiB */
#define ARGON_PASSES 3u
#define ARGON_LANES 1u
#define KEY_SIZE 16u

struct crypt {
    mbedtls_aes_xts_context encrypt, decrypt;
};

/* Wipes memory in a way that the compiler does not leave out. */
static void wipe(void *p, size_t len)
{
    volatile uint8_t *b = p;

    while (len--)
        *b++ = 0;
}

/* The length is a size_t here, but 32 bits wide in Argon2. */
static int derive(const void *password, size_t len, const uint8_t *salt, uint8_t *key)
{
    uint8_t *copy = malloc(len + 1), salt_copy[KEY_SIZE];
    argon2_context c = {.out = key,
                        .outlen = KEY_SIZE,
                        .pwd = copy,
                        .pwdlen = (uint32_t)len,
                        .salt = salt_copy,
                        .saltlen = KEY_SIZE,
                        .t_cost = ARGON_PASSES,
                        .m_cost = ARGON_MEMORY,
                        .lanes = ARGON_LANES,
                        .threads = 1};
    int err;

    if (len > UINT32_MAX / 2)
        err = -EINVAL;
    else if (!copy)
        err = -ENOMEM;
    else
        err = 0;
    if (!err) {
        memcpy(copy, password, len);
        memcpy(salt_copy, salt, KEY_SIZE);
        err = argon2_ctx(&c, Argon2_id) == ARGON2_OK ? 0 : -ENOMEM;
        wipe(copy, len);
    }
    free(copy);
    return err;
}

/* One key of a slot, encrypted or decrypted under the password's key. */
static void cipher_key(const uint8_t *under, bool encrypt, const uint8_t *in, uint8_t *out)
{
    mbedtls_aes_context aes;

    mbedtls_aes_init(&aes);
    if (encrypt)
        mbedtls_aes_setkey_enc(&aes, under, 8 * KEY_SIZE);
    else
        mbedtls_aes_setkey_dec(&aes, under, 8 * KEY_SIZE);
    mbedtls_aes_crypt_ecb(&aes, encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT, in, out);
    mbedtls_aes_free(&aes);
}

static struct crypt *make(const uint8_t *keys)
{
    struct crypt *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    mbedtls_aes_xts_init(&c->encrypt);
    mbedtls_aes_xts_init(&c->decrypt);
    mbedtls_aes_xts_setkey_enc(&c->encrypt, keys, 2 * 8 * KEY_SIZE);
    mbedtls_aes_xts_setkey_dec(&c->decrypt, keys, 2 * 8 * KEY_SIZE);
    return c;
}

void crypt_free(struct crypt *c)
{
    if (!c)
        return;
    mbedtls_aes_xts_free(&c->encrypt);
    mbedtls_aes_xts_free(&c->decrypt);
    free(c);
}

static int unit(struct crypt *c, bool encrypt, uint64_t number, size_t len, const uint8_t *in,
                uint8_t *out)
{
    uint8_t tweak[16] = {0};

    put64(tweak, number);
    return mbedtls_aes_crypt_xts(encrypt ? &c->encrypt : &c->decrypt,
                                 encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT, len, tweak,
                                 in, out)
               ? -EIO
               : 0;
}

int crypt_blocks(struct crypt *c, bool encrypt, uint64_t index, uint32_t count, const uint8_t *in,
                 uint8_t *out)
{
    int err = 0;

    for (uint32_t i = 0; !err && i < count; i++)
        err = unit(c, encrypt, index + i, RFS_BLOCK, in + (size_t)i * RFS_BLOCK,
                   out + (size_t)i * RFS_BLOCK);
    return err;
}

void crypt_seal_header(struct crypt *c, uint8_t *header)
{
    uint8_t plain[16] = {0};

    memcpy(plain, header + HDR_HASH, 8);
    unit(c, true, get64(header + HDR_GENERATION), sizeof(plain), plain, header + HDR_SEALED);
}

static bool fits(struct crypt *c, const uint8_t *header)
{
    uint8_t plain[16], wanted[16] = {0};

    memcpy(wanted, header + HDR_HASH, 8);
    return !unit(c, false, get64(header + HDR_GENERATION), sizeof(plain), header + HDR_SEALED,
                 plain) &&
           !memcmp(plain, wanted, sizeof(plain));
}

static bool slot_empty(const uint8_t *slot)
{
    for (unsigned i = 0; i < KEY_SLOT_SIZE; i++)
        if (slot[i])
            return false;
    return true;
}

int crypt_open(struct crypt **out, const uint8_t *header, const void *password, size_t len)
{
    uint8_t key[KEY_SIZE], keys[2 * KEY_SIZE];
    int err = -ENOKEY;

    for (unsigned s = 0; err == -ENOKEY && s < KEY_SLOTS; s++) {
        const uint8_t *slot = header + HDR_SLOTS + (size_t)s * KEY_SLOT_SIZE;
        struct crypt *c;
        int failed;

        /* Trying the empty ones would make a wrong password cost 64 times as much. */
        if (slot_empty(slot))
            continue;
        failed = derive(password, len, slot, key);
        if (failed) {
            err = failed;
            break;
        }
        cipher_key(key, false, slot + 16, keys);
        cipher_key(key, false, slot + 32, keys + KEY_SIZE);
        c = make(keys);
        if (!c) {
            err = -ENOMEM;
        } else if (fits(c, header)) {
            *out = c;
            err = 0;
        } else {
            crypt_free(c);
        }
    }
    wipe(key, sizeof(key));
    wipe(keys, sizeof(keys));
    return err;
}

int crypt_make(struct crypt **out, uint8_t *slot, const struct rfs_format *format)
{
    uint8_t key[KEY_SIZE], keys[2 * KEY_SIZE];
    int err = derive(format->password, format->password_len, format->salt, key);

    if (err)
        return err;
    memcpy(slot, format->salt, 16);
    memcpy(keys, format->key[0], KEY_SIZE);
    memcpy(keys + KEY_SIZE, format->key[1], KEY_SIZE);
    cipher_key(key, true, keys, slot + 16);
    cipher_key(key, true, keys + KEY_SIZE, slot + 32);
    *out = make(keys);
    wipe(key, sizeof(key));
    wipe(keys, sizeof(keys));
    return *out ? 0 : -ENOMEM;
}
