/*
 * What the system starts from: the boot archive, read into a memory object, and the environment
 * of its first process, with the command to run.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "umk/host/host.h"

/* The directory of the umk binary, with room for a name after it. */
static bool own_dir(char *dir, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", dir, size - 1);

    if (n <= 0)
        return false;
    dir[n] = 0;
    char *slash = strrchr(dir, '/');
    if (!slash)
        return false;
    *slash = 0;
    return true;
}

bool boot_beside(char *path, size_t size, const char *name)
{
    char dir[4096];

    return own_dir(dir, sizeof dir) && (size_t)snprintf(path, size, "%s/%s", dir, name) < size;
}

bool boot_from_build_tree(const struct options *o)
{
    char path[4200];
    struct stat st;

    return !o->initfs && boot_beside(path, sizeof path, "user/bin") && stat(path, &st) == 0 &&
           S_ISDIR(st.st_mode);
}

/* Copies the file into the object. 0 or -errno; -ENODATA when it ends early. */
static i64 fill(struct object *o, int fd, u64 size)
{
    const struct host_object *h = o->m;
    u8 *alias = h->pages ? object_alias(o, o->size) : NULL;
    u64 done = 0;

    if (h->pages && !alias)
        return -ENOMEM;
    while (done < size) {
        ssize_t n =
            alias ? read(fd, alias + done, size - done) : sendfile(h->fd, fd, NULL, size - done);
        if (n < 0)
            return -errno;
        if (n == 0)
            return -ENODATA;
        done += (u64)n;
    }
    return 0;
}

struct object *boot_archive(const struct options *o, u64 *size)
{
    static struct object archive;
    char path[4200];
    struct stat st;

    if (o->initfs)
        snprintf(path, sizeof path, "%s", o->initfs);
    else if (!boot_beside(path, sizeof path, "initfs.cpio"))
        snprintf(path, sizeof path, "initfs.cpio");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0) {
        complain("cannot open the boot archive %s: %s", path, strerror(errno));
        return NULL;
    }
    i64 r = !S_ISREG(st.st_mode) ? -EINVAL : st.st_size == 0 ? -ENODATA : 0;
    *size = (u64)st.st_size;
    if (!r && *size > o->memory)
        r = -ENOMEM;
    archive.size = (*size + PAGE_MASK) & ~(u64)PAGE_MASK;
    archive.refs = 1;
    if (!r)
        r = object_create(&archive);
    if (!r) {
        ((struct host_object *)archive.m)->immutable = true;
        r = fill(&archive, fd, *size);
    }
    close(fd);
    if (r) {
        complain("cannot read the boot archive %s: %s", path,
                 r == -EINVAL    ? "not a regular file"
                 : r == -ENODATA ? "it is truncated"
                                 : strerror((int)-r));
        return NULL;
    }
    return &archive;
}

/* A value on one line: newline, carriage return and % as %XX. */
static void put_value(FILE *f, const char *name, const char *value)
{
    fprintf(f, "%s=", name);
    for (const char *c = value; *c; c++) {
        if (*c == '\n' || *c == '\r' || *c == '%')
            fprintf(f, "%%%02X", (unsigned)(unsigned char)*c);
        else
            fputc(*c, f);
    }
    fputc('\n', f);
}

static void put_argument(FILE *f, int *argc, const char *value)
{
    char name[40];

    snprintf(name, sizeof name, "UMK_COMMAND_%d", (*argc)++);
    put_value(f, name, value);
}

/* A user's command or session is login's business. */
static void put_command(FILE *f, const struct options *o)
{
    int argc = 0;

    if (o->user) {
        put_argument(f, &argc, "login");
        put_argument(f, &argc, "-f");
        put_argument(f, &argc, o->user);
    }
    for (char **word = o->command; word && *word; word++)
        put_argument(f, &argc, *word);
    if (argc)
        fprintf(f, "UMK_COMMAND_ARGC=%d\n", argc);
}

char *boot_environment(const struct options *o)
{
    char *text = NULL;
    size_t len;
    struct winsize ws;
    const char *term = getenv("TERM");
    FILE *f = open_memstream(&text, &len);

    if (!f)
        return NULL;
    put_command(f, o);
    drives_environment(&o->storage, f);
    fprintf(f, "UMK_INTERACTIVE=%d\n", !o->command && isatty(STDIN_FILENO));
    if (term)
        put_value(f, "TERM", term);
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col && ws.ws_row)
        fprintf(f, "COLUMNS=%u\nLINES=%u\n", ws.ws_col, ws.ws_row);
    fclose(f);
    return text;
}
