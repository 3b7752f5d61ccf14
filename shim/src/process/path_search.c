/* The search along PATH. */
#include <stdlib.h>
#include <string.h>
#include "shim/src/process/proc.h"

#define DEFAULT_PATH "/bin:/usr/bin"

i64 __umk_path_search(const char *file, i64 (*try)(const char *path, void *arg), void *arg)
{
    char buf[RX_PATH_MAX];
    size_t file_len;
    i64 result = -ENOENT;
    const char *path;

    if (!file)
        return -EFAULT;
    file_len = strlen(file);
    if (file_len == 0)
        return -ENOENT;
    if (strchr(file, '/'))
        return try(file, arg);
    path = getenv("PATH");
    if (!path)
        path = DEFAULT_PATH;
    for (const char *end;; path = end + 1) {
        end = strchrnul(path, ':');
        size_t dir_len = (size_t)(end - path);
        if (dir_len + file_len + 2 <= sizeof buf) {
            memcpy(buf, path, dir_len);
            /* an empty part is the working directory */
            if (dir_len)
                buf[dir_len++] = '/';
            memcpy(buf + dir_len, file, file_len + 1);
            i64 r = try(buf, arg);
            if (r == -EACCES)
                result = r;
            else if (r != -ENOENT && r != -ENOTDIR && r != -ENODEV)
                return r;
        }
        if (!*end)
            return result;
    }
}
