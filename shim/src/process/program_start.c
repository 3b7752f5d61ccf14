/*
 * Starting a program file. Whether it may be executed, and whether it is a program, the kernel
 * finds out; only of what is none is the start read here. A file that starts with #! names
 * its interpreter, which is started instead and gets the script's path as an argument; so does a
 * dynamically linked program, whose interpreter is the loader.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shim/src/elf/image.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/process/proc.h"

#define MAX_SCRIPTS 4 /* interpreters that are scripts themselves */
#define LINE_MAX_LEN 512

struct program {
    const char *path; /* of what is to be started; replaced with argv */
    char **argv;      /* replaced when there is an interpreter */
    void *storage;    /* of argv, then, and of the interpreter's path: to be freed */
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
 * The arguments of an interpreter: first (up to three strings, NULL ones left out), then what the
 * script was given but for its argv[0]. One allocation holds the vector, copies of the strings and
 * of the interpreter's path; it replaces p->storage.
 */
static i64 wrap_args(struct program *p, const char *interpreter, const char *const first[3])
{
    size_t n = 0, bytes = strlen(interpreter) + 1;
    char **argv, *text;
    int k = 0;

    while (p->argv[n])
        n++;
    for (int i = 0; i < 3; i++)
        bytes += first[i] ? strlen(first[i]) + 1 : 0;
    argv = malloc((n + 4) * sizeof *argv + bytes);
    if (!argv)
        return -ENOMEM;
    text = (char *)(argv + n + 4);
    for (int i = 0; i < 3; i++) {
        if (!first[i])
            continue;
        argv[k++] = text;
        text = stpcpy(text, first[i]) + 1;
    }
    for (size_t i = n ? 1 : 0; i < n; i++)
        argv[k++] = p->argv[i];
    argv[k] = NULL;
    p->path = memcpy(text, interpreter, strlen(interpreter) + 1);
    free(p->storage);
    p->argv = argv;
    p->storage = argv;
    return 0;
}

/* What the first line of a script wants. */
static i64 wrap_script(char *line, struct program *p)
{
    char *interpreter, *argument;
    i64 r = parse_line(line, &interpreter, &argument);

    if (r < 0)
        return r;
    return wrap_args(p, interpreter, (const char *const[]){interpreter, argument, p->path});
}

/* The loader takes the program's path from its arguments and leaves the rest to the program. */
static i64 wrap_dynamic(u64 fd, const struct elf_plan *plan, struct program *p)
{
    char loader[RX_PATH_MAX];
    const char *name = p->argv[0] ? p->argv[0] : p->path;

    if (plan->interp_len == 0 || plan->interp_len > sizeof loader ||
        rx_pread(fd, loader, plan->interp_len, plan->interp) != (i64)plan->interp_len ||
        loader[plan->interp_len - 1] != '\0')
        return -ENOEXEC;
    return wrap_args(p, loader, (const char *const[]){name, "--program", p->path});
}

/* The start of the file failed with `error`: what its first bytes want instead, or that error. */
static i64 find_interpreter(u64 fd, i64 error, struct program *p)
{
    _Alignas(8) char head[ELF_HEAD_MAX];
    struct elf_plan plan;
    const char *why;
    i64 r;

    /* a file system that cannot give pages may still hold scripts */
    if (error != -ENOEXEC && error != -EOPNOTSUPP && error != -ENODEV)
        return error;
    r = rx_pread(fd, head, sizeof head - 1, 0);
    if (r < 2)
        return error;
    head[r] = 0;
    if (head[0] == '#' && head[1] == '!') {
        if (r > LINE_MAX_LEN)
            head[LINE_MAX_LEN] = 0;
        return wrap_script(head, p);
    }
    if (__umk_elf_plan(head, (size_t)r, INT64_MAX, &plan, &why) < 0 || !plan.interp_len)
        return error;
    return wrap_dynamic(fd, &plan, p);
}

i64 __umk_program_start(i64 (*start)(const struct rx_spawn *), struct rx_spawn *s, const char *path,
                        char *const argv[])
{
    struct program p = {path, (char **)(uintptr_t)argv, NULL};
    i64 r = -ELOOP;

    for (int depth = 0; depth <= MAX_SCRIPTS; depth++) {
        i64 fd = __umk_openat(AT_FDCWD, p.path, RX_O_RDONLY | RX_O_CLOEXEC, 0), wrapped;

        r = fd;
        if (fd < 0)
            break;
        s->image = (u64)fd;
        s->argv = p.argv;
        r = start(s);
        wrapped = r < 0 ? find_interpreter((u64)fd, r, &p) : r;
        redox_close_v1((u64)fd);
        if (r >= 0 || wrapped < 0) {
            r = wrapped;
            break;
        }
        r = -ELOOP;
    }
    free(p.storage);
    return r;
}
