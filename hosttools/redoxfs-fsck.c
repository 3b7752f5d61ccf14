/* redoxfs-fsck: checks every structure and checksum of a RedoxFS. It changes nothing.
 *
 *   redoxfs-fsck [-q] DISK [BLOCK-HEX]
 *
 * Exit status: 0 no fault, 1 faults were found, 2 it could not be checked. -q: only the status. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool quiet;

static void report(void *ctx, const char *sentence, uint64_t done, uint64_t total)
{
    (void)ctx;
    if (!sentence) {
        progress("checking", done, total);
    } else if (!quiet) {
        progress_end();
        printf("%s\n", sentence);
    }
}

int main(int argc, char **argv)
{
    const struct rfs_check check = {.report = report};
    struct rfs_options opt;
    char password[256];
    struct image image;
    int64_t faults;
    int at = 1;

    tool_name = "redoxfs-fsck";
    fail_status = 2;
    if (at < argc && !strcmp(argv[at], "-q")) {
        quiet = true;
        at++;
    }
    if (argc - at < 1 || argc - at > 2 || argv[at][0] == '-')
        usage(argc, argv, "redoxfs-fsck [-q] DISK [BLOCK-HEX]");
    image_open(&image, argv[at], false);
    opt = image_options(argv[at + 1]);
    faults = rfs_check(&image.dev, &opt, &check);
    for (unsigned tried = 0; faults == -ENOKEY; tried++) {
        image_password(&opt, password, tried);
        faults = rfs_check(&image.dev, &opt, &check);
    }
    if (faults < 0)
        fail("%s: %s", argv[at], faults == -ENOENT ? "no RedoxFS found" : strerror((int)-faults));
    progress_end();
    if (!quiet)
        printf("%s: %lld faults\n", argv[at], (long long)faults);
    return faults ? 1 : 0;
}
