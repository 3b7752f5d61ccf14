/* md5sum: prints and checks MD5 digests. */
#include "common/digest.h"

int main(int argc, char **argv)
{
    return digest_main(&digest_md5, argc, argv);
}
