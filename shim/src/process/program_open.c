/*
 * Opening a program file: it must be a regular file that the caller may execute. A
 * file that starts with #! names its interpreter, which is opened instead and gets the
 * script's path as an argument.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/process/proc.h"

#define MAX_SCRIPTS 4 /* interpreters that are scripts themselves */
#define LINE_MAX_LEN 512

static i64 check_file(u64 fd)
{
    struct redox_c_stat st;
    i64 r = (i64)redox_fstat_v1(fd, &st);
    u32 bits;

    if (r < 0)
        return r;
    bits = (u32)st.mode;
    if ((bits & MODE_TYPE) != MODE_FILE)
        return -EACCES;
    /* who asks matters only where not everybody or nobody may */
    if ((bits & 0111) == 0111)
        return 0;
    if ((bits & 0111) == 0)
        return -EACCES;
    if (redox_get_euid_v1() == 0)
        return 0;
    if ((u32)redox_get_euid_v1() == (u32)st.uid)
        bits >>= 6;
    else if ((u32)redox_get_egid_v1() == (u32)st.gid)
        bits >>= 3;
    return bits & 1 ? 0 : -EACCES;
}

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

i64 __umk_program_open(int dirfd, const char *path, char *const argv[], struct program *p)
{
    char line[LINE_MAX_LEN + 1], *interpreter, *argument;
    const char *script = path;
    i64 fd = -ENOENT, r;

    p->argv = (char **)(uintptr_t)argv;
    p->storage = NULL;
    for (int depth = 0; depth <= MAX_SCRIPTS; depth++) {
        fd = __umk_openat(dirfd, script, RX_O_RDONLY | RX_O_CLOEXEC, 0);
        if (fd < 0) {
            r = fd;
            goto fail;
        }
        r = check_file((u64)fd);
        if (r < 0)
            goto fail_close;
        r = rx_pread((u64)fd, line, LINE_MAX_LEN, 0);
        if (r < 0)
            goto fail_close;
        line[r] = 0;
        if (r < 4 || memcmp(line, "\177ELF", 4) != 0) {
            if (line[0] != '#' || line[1] != '!') {
                r = -ENOEXEC;
                goto fail_close;
            }
        } else {
            return fd;
        }
        redox_close_v1((u64)fd);
        r = parse_line(line, &interpreter, &argument);
        if (r < 0)
            goto fail;
        r = wrap_args(p, interpreter, argument, script);
        if (r < 0)
            goto fail;
        script = p->argv[0];
        dirfd = AT_FDCWD;
    }
    r = -ELOOP;
    goto fail;
fail_close:
    redox_close_v1((u64)fd);
fail:
    free(p->storage);
    p->storage = NULL;
    return r;
}
