/* b2sum: prints and checks BLAKE2b digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_blake2b, argc, argv);
}
