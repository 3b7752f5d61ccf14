/* Shared memory objects: files of the shm scheme. */
#include <string.h>
#include <sys/mman.h>
#include "shim/src/fcntl/fd.h"

#define SHM_PREFIX "/scheme/shm/"
#define SHM_NAME_MAX 255

static bool make_path(const char *name, char *path)
{
    size_t len;

    while (*name == '/')
        name++;
    len = strlen(name);
    if (len == 0 || strchr(name, '/')) {
        __umk_fail(EINVAL);
        return false;
    }
    if (len > SHM_NAME_MAX) {
        __umk_fail(ENAMETOOLONG);
        return false;
    }
    memcpy(stpcpy(path, SHM_PREFIX), name, len + 1);
    return true;
}

int shm_open(const char *name, int flags, mode_t mode)
{
    char path[sizeof SHM_PREFIX + SHM_NAME_MAX];

    return make_path(name, path) ? open(path, flags | O_CLOEXEC, mode) : -1;
}

int shm_unlink(const char *name)
{
    char path[sizeof SHM_PREFIX + SHM_NAME_MAX];

    if (!make_path(name, path))
        return -1;
    return (int)__umk_result(rx_unlinkat(RX_AT_FDCWD, path, strlen(path), 0));
}
