/* sha256sum: prints and checks SHA-256 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_sha256, argc, argv);
}
