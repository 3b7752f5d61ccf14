/* statfs, fstatfs: statvfs under older names. */
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

static int translate(int result, const struct statvfs *from, struct statfs *to)
{
    if (result < 0)
        return -1;
    memset(to, 0, sizeof *to);
    to->f_bsize = from->f_bsize;
    to->f_frsize = from->f_frsize;
    to->f_blocks = from->f_blocks;
    to->f_bfree = from->f_bfree;
    to->f_bavail = from->f_bavail;
    to->f_files = from->f_files;
    to->f_ffree = from->f_ffree;
    to->f_namelen = from->f_namemax;
    to->f_flags = from->f_flag;
    return 0;
}

int statfs(const char *path, struct statfs *out)
{
    struct statvfs st;

    return translate(statvfs(path, &st), &st, out);
}

int fstatfs(int fd, struct statfs *out)
{
    struct statvfs st;

    return translate(fstatvfs(fd, &st), &st, out);
}
