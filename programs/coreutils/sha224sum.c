/* sha224sum: prints and checks SHA-224 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_sha224, argc, argv);
}
