/* redoxfs-mkfs: makes an empty RedoxFS on an existing file or block device.
 *
 *   redoxfs-mkfs [--encrypt] DISK [BOOTLOADER]
 *
 * What BOOTLOADER holds comes to lie in front of the file system. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define USAGE "redoxfs-mkfs [--encrypt] DISK [BOOTLOADER]"

int main(int argc, char **argv)
{
    const char *arg[2] = {0};
    struct rfs_format f = {0};
    char password[256], uuid[37];
    bool encrypt = false;
    struct image image;
    int n = 0, err;

    tool_name = "redoxfs-mkfs";
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--encrypt"))
            encrypt = true;
        else if (argv[i][0] == '-' || n == 2)
            usage(argc, argv, USAGE);
        else
            arg[n++] = argv[i];
    }
    if (!n)
        usage(argc, argv, USAGE);
    image_open(&image, arg[0], true);
    if (arg[1])
        f.reserved = read_whole(arg[1], &f.reserved_len);
    fill_format(&f);
    if (encrypt) {
        if (!ask_password("redoxfs-mkfs: password: ", password, sizeof(password)))
            fail("empty password, giving up");
        f.password = password;
        f.password_len = strlen(password);
    }
    err = rfs_format(&image.dev, &f);
    if (err == -ENOSPC)
        fail("%s: too small for a file system", arg[0]);
    if (err)
        fail("%s: %s", arg[0], strerror(-err));
    print_uuid(uuid, f.uuid);
    fprintf(stderr,
            "redoxfs-mkfs: created filesystem on %s, reserved %llu blocks, size %llu MB, uuid %s\n",
            arg[0], (unsigned long long)((f.reserved_len + RFS_BLOCK - 1) / RFS_BLOCK),
            (unsigned long long)(image.dev.blocks * RFS_BLOCK / 1000000), uuid);
    image_close(&image);
    return 0;
}
