/* basename and dirname */
#include <libgen.h>
#include <string.h>

char *basename(char *path)
{
    size_t len;

    if (!path || !*path)
        return ".";
    for (len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
        path[len - 1] = 0;
    char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

extern char *__xpg_basename(char *path) __attribute__((alias("basename")));

char *dirname(char *path)
{
    size_t len;

    if (!path || !*path)
        return ".";
    len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    if (len == 0)
        return ".";
    while (len > 1 && path[len - 1] == '/')
        len--;
    path[len] = 0;
    return path;
}
