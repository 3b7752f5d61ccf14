/* sha1sum: prints and checks SHA-1 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_sha1, argc, argv);
}
