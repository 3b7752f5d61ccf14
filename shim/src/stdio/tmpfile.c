/* Temporary names and files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

FILE *tmpfile(void)
{
    char path[] = P_tmpdir "/tmpfile-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);

    if (fd < 0)
        return NULL;
    unlink(path);
    FILE *f = fdopen(fd, "w+");
    if (!f)
        close(fd);
    return f;
}

char *tmpnam(char *buf)
{
    static char own[L_tmpnam];
    char path[] = P_tmpdir "/tmpnam-XXXXXX";

    _Static_assert(sizeof path <= L_tmpnam, "the name fits");
    /* a name and no file is what is asked for */
    if (!*mktemp(path)) /* NOLINT(clang-analyzer-security.insecureAPI.mktemp) */
        return NULL;
    return memcpy(buf ? buf : own, path, sizeof path);
}

char *tempnam(const char *dir, const char *prefix)
{
    const char *variable = getenv("TMPDIR");
    char *path;

    if (variable && access(variable, W_OK) == 0)
        dir = variable;
    else if (!dir || access(dir, W_OK) != 0)
        dir = P_tmpdir;
    if (asprintf(&path, "%s/%.5sXXXXXX", dir, prefix ? prefix : "") < 0)
        return NULL;
    if (*mktemp(path)) /* NOLINT(clang-analyzer-security.insecureAPI.mktemp): as for tmpnam */
        return path;
    free(path);
    return NULL;
}
