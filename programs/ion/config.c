/* The shell's own files, see config.h. */
#include "config.h"

#include "expand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *config_file(const char *variable, const char *fallback, const char *name)
{
    struct buf path = {0};
    const char *base = getenv(variable);
    const char *home = getenv("HOME");
    if (!home || !*home)
        home = home_directory();
    if (base && base[0] == '/')
        buf_printf(&path, "%s/ion/%s", base, name);
    else if (home)
        buf_printf(&path, "%s/%s/ion/%s", home, fallback, name);
    return path.text;
}

char *config_of_system(const char *name)
{
    const char *dirs = getenv("XDG_CONFIG_DIRS");
    if (!dirs || !*dirs)
        dirs = "/etc/xdg";
    while (*dirs) {
        struct buf path = {0};
        size_t len = strcspn(dirs, ":");
        buf_printf(&path, "%.*s/ion/%s", (int)len, dirs, name);
        if (*dirs == '/' && access(path.text, R_OK) == 0)
            return path.text;
        buf_free(&path);
        dirs += len + (dirs[len] == ':');
    }
    return NULL;
}

void config_make_parents(const char *file)
{
    char *path = mem_dup(file);
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        mkdir(path, 0755);
        *p = '/';
    }
    free(path);
}

bool config_read(const char *file, struct buf *out)
{
    char block[16384];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t n;
    if (fd < 0)
        return false;
    while ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR)) {
        if (n > 0)
            buf_add(out, block, (size_t)n);
    }
    int err = errno;
    close(fd);
    errno = err;
    return n == 0;
}
