/* Digests against the examples of FIPS 180-4. */
#include "proto/base/digest.h"
#include "tests/unit/test.h"

static void assert_digest(const char *text, const char *hex)
{
    uint8_t digest[DIGEST_BYTES];
    char got[2 * DIGEST_BYTES + 1];
    digest_sha256(slice_of(text), digest);
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        snprintf(got + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(got, hex);
}

static void the_published_examples_hold(void **state)
{
    (void)state;
    assert_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_published_examples_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
