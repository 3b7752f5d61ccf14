/* Path text, see path.h. */
#include "path.h"

#include "io.h"

#include <string.h>

static char *slice(const char *s, size_t len)
{
    char *p = xmalloc(len + 1);
    memcpy(p, s, len);
    p[len] = '\0';
    return p;
}

char *path_join(const char *dir, const char *name)
{
    size_t dlen = strlen(dir);
    while (*name == '/')
        name++;
    size_t nlen = strlen(name);
    size_t slash = dlen > 0 && dir[dlen - 1] != '/';
    char *p = xmalloc(dlen + slash + nlen + 1);
    memcpy(p, dir, dlen);
    if (slash)
        p[dlen] = '/';
    memcpy(p + dlen + slash, name, nlen + 1);
    return p;
}

char *path_base(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    if (end == 1 && path[0] == '/')
        return slice("/", 1);
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return slice(path + start, end - start);
}

char *path_dir(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    while (end > 0 && path[end - 1] != '/')
        end--;
    while (end > 1 && path[end - 1] == '/')
        end--;
    return end == 0 ? slice(".", 1) : slice(path, end);
}

int path_is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}
