/* sha512sum: prints and checks SHA-512 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_sha512, argc, argv);
}
