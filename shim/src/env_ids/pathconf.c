/* pathconf, fpathconf, confstr. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

static long value(int name)
{
    switch (name) {
    case _PC_LINK_MAX:
        return 0xffff;
    case _PC_MAX_CANON:
    case _PC_MAX_INPUT:
        return 255;
    case _PC_NAME_MAX:
        return 255;
    case _PC_PATH_MAX:
    case _PC_SYMLINK_MAX:
        return RX_PATH_MAX;
    case _PC_PIPE_BUF:
        return 4096;
    case _PC_CHOWN_RESTRICTED:
    case _PC_NO_TRUNC:
    case _PC_SYNC_IO:
    case _PC_2_SYMLINKS:
        return 1;
    case _PC_VDISABLE:
        return 0;
    case _PC_FILESIZEBITS:
        return 64;
    case _PC_REC_INCR_XFER_SIZE:
    case _PC_REC_MIN_XFER_SIZE:
    case _PC_REC_XFER_ALIGN:
    case _PC_ALLOC_SIZE_MIN:
        return PAGE_SIZE;
    case _PC_TIMESTAMP_RESOLUTION:
    case _PC_ASYNC_IO:
        return 1;
    case _PC_TEXTDOMAIN_MAX:
        return 255 - 3;
    case _PC_PRIO_IO:
    case _PC_REC_MAX_XFER_SIZE:
        return -1;
    default:
        return __umk_fail(EINVAL);
    }
}

long fpathconf(int fd, int name)
{
    struct stat st;

    return fstat(fd, &st) < 0 ? -1 : value(name);
}

long pathconf(const char *path, int name)
{
    struct stat st;

    return stat(path, &st) < 0 ? -1 : value(name);
}

size_t confstr(int name, char *buf, size_t size)
{
    const char *text = NULL;

    if (name == _CS_PATH)
        text = "/bin:/usr/bin";
    else if (name == _CS_V7_ENV || name == _CS_V8_ENV)
        text = "POSIXLY_CORRECT=1";
    else if (name == _CS_POSIX_V7_WIDTH_RESTRICTED_ENVS ||
             name == _CS_POSIX_V8_WIDTH_RESTRICTED_ENVS)
        text = "POSIX_V8_LP64_OFF64";
    else if (name > 0 && name <= _CS_V8_ENV)
        text = ""; /* the compiler needs no flags */
    if (!text) {
        __umk_fail(EINVAL);
        return 0;
    }
    if (buf && size)
        strlcpy(buf, text, size);
    return strlen(text) + 1;
}
