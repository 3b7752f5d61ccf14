/* sha384sum: prints and checks SHA-384 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_sha384, argc, argv);
}
