/*
 * Starting a program file. Whether it may be executed, and whether it is a program, the kernel
 * finds out; only of what is none is the first line read here. A file that starts with #! names
 * its interpreter, which is started instead and gets the script's path as an argument.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/process/proc.h"

#define MAX_SCRIPTS 4 /* interpreters that are scripts themselves */
#define LINE_MAX_LEN 512

struct program {
    char **argv;   /* replaced when there was a #! line */
    void *storage; /* of argv, then: to be freed */
};

/* Splits "#! interpreter argument"; line is NUL-terminated and changed. 0 or -ENOEXEC. */
static i64 parse_line(char *line, char **interpreter, char **argument)
{
    char *end = strpbrk(line, "\r\n");
    char *p = line + 2;

    if (end)
        *end = 0;
    p += strspn(p, " \t");
    if (!*p)
        return -ENOEXEC;
    *interpreter = p;
    p += strcspn(p, " \t");
    *argument = NULL;
    if (!*p)
        return 0;
    *p++ = 0;
    p += strspn(p, " \t");
    for (end = p + strlen(p); end > p && (end[-1] == ' ' || end[-1] == '\t'); end--)
        end[-1] = 0;
    if (*p)
        *argument = p;
    return 0;
}

/*
 * The arguments of the interpreter: itself, its argument, the script, what the script was given.
 * One allocation holds the vector and copies of the three strings; it replaces p->storage.
 */
static i64 wrap_args(struct program *p, const char *interpreter, const char *argument,
                     const char *script)
{
    const char *strings[3] = {interpreter, argument, script};
    size_t n = 0, bytes = 0;
    char **argv, *text;
    int k = 0;

    while (p->argv[n])
        n++;
    for (int i = 0; i < 3; i++)
        bytes += strings[i] ? strlen(strings[i]) + 1 : 0;
    argv = malloc((n + 4) * sizeof *argv + bytes);
    if (!argv)
        return -ENOMEM;
    text = (char *)(argv + n + 4);
    for (int i = 0; i < 3; i++) {
        if (!strings[i])
            continue;
        argv[k++] = text;
        text = stpcpy(text, strings[i]) + 1;
    }
    /* argv[0] of the script is replaced by its path */
    for (size_t i = n ? 1 : 0; i < n; i++)
        argv[k++] = p->argv[i];
    argv[k] = NULL;
    free(p->storage);
    p->argv = argv;
    p->storage = argv;
    return 0;
}

/* The start of the file failed with `error`: what its first line wants instead, or that error. */
static i64 read_script(u64 fd, i64 error, const char *script, struct program *p)
{
    char line[LINE_MAX_LEN + 1], *interpreter, *argument;
    i64 r;

    /* a file system that cannot give pages may still hold scripts */
    if (error != -ENOEXEC && error != -EOPNOTSUPP && error != -ENODEV)
        return error;
    r = rx_pread(fd, line, LINE_MAX_LEN, 0);
    if (r < 2 || line[0] != '#' || line[1] != '!')
        return error;
    line[r] = 0;
    r = parse_line(line, &interpreter, &argument);
    return r < 0 ? r : wrap_args(p, interpreter, argument, script);
}

i64 __umk_program_start(i64 (*start)(const struct rx_spawn *), struct rx_spawn *s, const char *path,
                        char *const argv[])
{
    struct program p = {(char **)(uintptr_t)argv, NULL};
    i64 r = -ELOOP;

    for (int depth = 0; depth <= MAX_SCRIPTS; depth++) {
        i64 fd = __umk_openat(AT_FDCWD, path, RX_O_RDONLY | RX_O_CLOEXEC, 0), script;

        r = fd;
        if (fd < 0)
            break;
        s->image = (u64)fd;
        s->argv = p.argv;
        r = start(s);
        script = r < 0 ? read_script((u64)fd, r, path, &p) : r;
        redox_close_v1((u64)fd);
        if (r >= 0 || script < 0) {
            r = script;
            break;
        }
        path = p.argv[0];
        r = -ELOOP;
    }
    free(p.storage);
    return r;
}
