/* sync: there is no call for everything, so each scheme that the caller sees is asked. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

static i64 sync_fd(u64 fd, const void *arg)
{
    (void)arg;
    return (i64)redox_fsync_v1(fd);
}

/* Those that are no file systems, or that fail, are passed over: the call has no way to say so. */
void sync(void)
{
    DIR *schemes = opendir("/scheme");
    const struct dirent *e;
    char path[sizeof e->d_name + sizeof "/scheme/"];

    __umk_with_file(AT_FDCWD, "/", RX_O_STAT | RX_O_DIRECTORY, sync_fd, NULL);
    while (schemes && (e = readdir(schemes)) != NULL) {
        snprintf(path, sizeof path, "/scheme/%s", e->d_name);
        __umk_with_file(AT_FDCWD, path, RX_O_STAT | RX_O_DIRECTORY, sync_fd, NULL);
    }
    if (schemes)
        closedir(schemes);
}
