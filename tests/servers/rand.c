/* ChaCha20 (RFC 8439), SHA-256 (FIPS 180-4), and the generator made of them. */
#include "check.h"
#include "servers/randd/chacha20.h"
#include "servers/randd/generator.h"
#include "servers/randd/sha256.h"

static void hex_is(const u8 *data, size_t len, const char *expected)
{
    char text[200];
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", data[i]);
    assert_string_equal(text, expected);
}

static void test_chacha20(void **state)
{
    (void)state;
    u8 key[32], out[64];
    const u8 nonce[12] = {0, 0, 0, 9, 0, 0, 0, 0x4a};
    for (unsigned i = 0; i < 32; i++)
        key[i] = (u8)i;
    chacha20_block(out, key, 1, nonce);
    hex_is(out, 64,
           "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
           "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e");
}

static void sha256_is(const char *text, size_t times, size_t step, const char *expected)
{
    struct sha256 h;
    u8 digest[32];
    sha256_init(&h);
    for (; times; times--) {
        size_t len = strlen(text);
        for (size_t at = 0; at < len; at += step)
            sha256_update(&h, text + at, len - at < step ? len - at : step);
    }
    sha256_final(&h, digest);
    hex_is(digest, 32, expected);
}

static void test_sha256(void **state)
{
    (void)state;
    sha256_is("", 1, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_is("abc", 1, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for (size_t step = 1; step < 64; step += 9)
        sha256_is(two_blocks, 1, step,
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    sha256_is("aaaaaaaaaa", 100000, 7,
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_generator(void **state)
{
    (void)state;
    u8 seed[GENERATOR_SEED] = {1}, a[200], b[200];
    struct generator g, h;
    generator_seed(&g, seed);
    generator_seed(&h, seed);
    generator_read(&g, a, sizeof a);
    generator_read(&h, b, sizeof b);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(g.key, seed, sizeof seed);
    generator_read(&g, a, sizeof a);
    assert_memory_not_equal(a, b, sizeof a);
    generator_mix(&h, "x", 1);
    generator_read(&h, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chacha20),
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_generator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
