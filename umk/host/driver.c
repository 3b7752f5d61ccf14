/* Drivers that the host backs; see driver.h. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "umk/host/driver.h"
#include "umk/host/host.h"

#define MOUNTS_MAX 4u

static const char mark[] = "#!hostdrv ";
static const struct storage *storage;

/* A driver's command line: words, and files of the host that are lent to it. */
#define WORDS_MAX (DRIVES_MAX + SHARES_MAX + 2u)
struct driver_args {
    char *argv[WORDS_MAX + 1];
    u32 argc;
    int fds[OUTSIDE_FDS_MAX];
    u32 nfds;
};

void driver_open(const struct storage *s)
{
    storage = s;
}

bool driver_named(const struct body_image *image, char name[DRIVER_NAME_MAX])
{
    const size_t head = sizeof mark - 1;
    const char *text = object_alias(image->object, image->object->size);
    size_t len = 0;

    if (!text || image->offset > image->object->size ||
        image->size > image->object->size - image->offset || image->size <= head ||
        memcmp(text + image->offset, mark, head))
        return false;
    text += image->offset + head;
    while (len < image->size - head && len < DRIVER_NAME_MAX - 1 && text[len] >= 'a' &&
           text[len] <= 'z')
        len++;
    memcpy(name, text, len);
    name[len] = 0;
    return len > 0;
}

static bool needed(const char *name)
{
    return (!strcmp(name, "disk") && storage->ndrives) ||
           (!strcmp(name, "hostfs") && storage->nshares) ||
           (!strcmp(name, "fuse") && storage->export_to);
}

i64 driver_path(const char *name, char *path, size_t size)
{
    char inside[64];

    snprintf(inside, sizeof inside, "hostdrv/%s", name);
    if (!needed(name) || !boot_beside(path, size, inside) || access(path, X_OK) < 0)
        return -ENOENT;
    return 0;
}

/* Lends a file; the number it has in the driver. */
static int lend(struct driver_args *a, int fd)
{
    a->fds[a->nfds] = fd;
    return OUTSIDE_FDS_FIRST + (int)a->nfds++;
}

__attribute__((format(printf, 2, 3))) static void word(struct driver_args *a, const char *form, ...)
{
    va_list args;

    va_start(args, form);
    if (vasprintf(&a->argv[a->argc], form, args) >= 0)
        a->argc++;
    va_end(args);
    a->argv[a->argc] = NULL;
}

static void disk_words(struct driver_args *a)
{
    static const char *const modes[] = {"rw", "ro", "snapshot"};

    for (unsigned i = 0; i < storage->ndrives; i++) {
        const struct drive *d = &storage->drives[i];
        int fd = lend(a, d->fd);
        if (d->overlay >= 0)
            word(a, "%s,%d,%d", modes[d->mode], fd, lend(a, d->overlay));
        else
            word(a, "%s,%d", modes[d->mode], fd);
    }
}

static void share_words(struct driver_args *a)
{
    for (unsigned i = 0; i < storage->nshares; i++) {
        const struct share *h = &storage->shares[i];
        word(a, "%s,%d,%.*s", h->read_only ? "ro" : "rw", lend(a, h->fd), h->name_len, h->name);
    }
}

pid_t driver_start(const char *name, const char *path, int control)
{
    struct driver_args a = {.argv = {NULL}};

    word(&a, "%s", path);
    if (!strcmp(name, "disk"))
        disk_words(&a);
    else if (!strcmp(name, "hostfs"))
        share_words(&a);
    else
        word(&a, "%s", storage->export_to);
    pid_t pid = outside_start(a.argv, control, a.fds, a.nfds);
    if (pid < 0)
        log_report("cannot start the driver %s: %s", path, strerror(-pid));
    for (u32 i = 0; i < a.argc; i++)
        free(a.argv[i]);
    return pid;
}

static void unmount(const char *dir)
{
    if (umount2(dir, MNT_DETACH) == 0)
        return;
    pid_t pid = fork();
    if (!pid) {
        /* unprivileged: libfuse's helper may do it; its complaints tell nobody anything */
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        execlp("fusermount3", "fusermount3", "-u", "-z", "-q", "--", dir, (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

/* No driver lives any more, so ours are the mounts without one: two when the driver that followed
 * a dead one was killed before it had cleared the place. */
void driver_clean_up(const struct storage *s)
{
    for (u32 i = 0; i < MOUNTS_MAX && s->export_to; i++) {
        /* not stat(): Linux may still know the answer to that */
        int fd = open(s->export_to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0)
            close(fd);
        if (fd >= 0 || errno != ENOTCONN)
            return;
        unmount(s->export_to);
    }
}
