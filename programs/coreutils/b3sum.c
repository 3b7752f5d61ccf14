/* b3sum: prints and checks BLAKE3 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_blake3, argc, argv);
}
