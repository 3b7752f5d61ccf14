/* Starting programs, see spawn.h. (pipe2 is declared for GNU sources only by some libraries.) */
#define _GNU_SOURCE

#include "spawn.h"

#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h> /* NOLINT(readability-duplicate-include): the C library's */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/*
 * Where names were found, so that a command in a loop is searched for once. Valid for one value of
 * PATH; an entry whose file has gone is searched for anew.
 */
static struct {
    char *path;
    struct {
        char *name;
        char *file;
    } slots[64];
} cache;

static void cache_clear(const char *path)
{
    for (size_t i = 0; i < sizeof cache.slots / sizeof *cache.slots; i++) {
        free(cache.slots[i].name);
        free(cache.slots[i].file);
        cache.slots[i].name = cache.slots[i].file = NULL;
    }
    free(cache.path);
    cache.path = mem_dup(path);
}

static size_t slot_of(const char *name)
{
    unsigned h = 0;
    for (; *name; name++)
        h = h * 31 + (unsigned char)*name;
    return h % (sizeof cache.slots / sizeof *cache.slots);
}

static bool is_program(const char *file)
{
    struct stat st;
    return access(file, X_OK) == 0 && stat(file, &st) == 0 && S_ISREG(st.st_mode);
}

/* Puts the first hit into out. False with errno: EACCES when a file was there but not executable.
 */
static bool search(const char *path, const char *name, struct buf *out)
{
    int err = ENOENT;
    for (;;) {
        size_t n = strcspn(path, ":");
        buf_clear(out);
        buf_add(out, n ? path : ".", n ? n : 1);
        buf_putc(out, '/');
        buf_puts(out, name);
        if (is_program(out->text))
            return true;
        if (access(out->text, F_OK) == 0)
            err = EACCES;
        if (path[n] == '\0')
            break;
        path += n + 1;
    }
    errno = err;
    return false;
}

const char *program_find(const char *name)
{
    if (strchr(name, '/'))
        return name;
    const char *path = getenv("PATH");
    if (!path || !*name) {
        errno = ENOENT;
        return NULL;
    }
    if (!cache.path || strcmp(cache.path, path) != 0)
        cache_clear(path);
    size_t slot = slot_of(name);
    if (cache.slots[slot].name && strcmp(cache.slots[slot].name, name) == 0 &&
        access(cache.slots[slot].file, X_OK) == 0)
        return cache.slots[slot].file;
    struct buf file = {0};
    if (!search(path, name, &file)) {
        int err = errno;
        buf_free(&file);
        errno = err;
        return NULL;
    }
    free(cache.slots[slot].name);
    free(cache.slots[slot].file);
    cache.slots[slot].name = mem_dup(name);
    cache.slots[slot].file = file.text;
    return file.text;
}

char *program_find_in(struct arena *a, const char *path, const char *name)
{
    struct buf file = {0};
    char *found = NULL;
    if (strchr(name, '/'))
        return is_program(name) ? arena_dup(a, name) : NULL;
    if (*name && search(path, name, &file))
        found = arena_dup(a, file.text);
    buf_free(&file);
    return found;
}

static int add_stream(posix_spawn_file_actions_t *actions, int fd, int as)
{
    return fd == as ? 0 : posix_spawn_file_actions_adddup2(actions, fd, as);
}

pid_t spawn_program(const char *path, char **argv, const struct streams3 *fds, pid_t group)
{
    posix_spawnattr_t attr;
    posix_spawn_file_actions_t actions;
    sigset_t defaults;
    sigset_t mask;
    pid_t pid = -1;
    int err = posix_spawnattr_init(&attr);
    if (err)
        goto out;
    err = posix_spawn_file_actions_init(&actions);
    if (err)
        goto out_attr;
    signals_for_program(&defaults, &mask);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    if (group != GROUP_NONE) {
        flags |= POSIX_SPAWN_SETPGROUP;
        posix_spawnattr_setpgroup(&attr, group);
    }
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setsigmask(&attr, &mask);
    posix_spawnattr_setflags(&attr, flags);
    err = add_stream(&actions, fds->in, STDIN_FILENO);
    if (!err)
        err = add_stream(&actions, fds->out, STDOUT_FILENO);
    if (!err)
        err = add_stream(&actions, fds->err, STDERR_FILENO);
    if (!err)
        err = posix_spawn(&pid, path, &actions, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
out_attr:
    posix_spawnattr_destroy(&attr);
out:
    errno = err;
    return err ? -1 : pid;
}

/* Moves the streams to 0, 1 and 2, where programs started by the copy expect them. */
static void take_streams(struct shell *sh, const struct streams3 *fds)
{
    if (fds->in != STDIN_FILENO)
        dup2(fds->in, STDIN_FILENO);
    if (fds->out != STDOUT_FILENO)
        dup2(fds->out, STDOUT_FILENO);
    if (fds->err != STDERR_FILENO)
        dup2(fds->err, STDERR_FILENO);
    sh->io = (struct io){STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, NULL, STDERR_FILENO};
}

pid_t spawn_copy(struct shell *sh, const struct streams3 *fds, pid_t group, bool background)
{
    pid_t pid = fork();
    if (pid != 0) {
        /* From both sides, so that neither can come too late. */
        if (pid > 0 && group != GROUP_NONE)
            setpgid(pid, group == GROUP_NEW ? pid : group);
        return pid;
    }
    if (group != GROUP_NONE)
        setpgid(0, group);
    signals_in_fork(background);
    take_streams(sh, fds);
    sh->forked = true;
    sh->interactive = false;
    sh->has_terminal = false;
    sh->loops = 0;
    return 0;
}

/* Keeps the low numbers for the standard streams. */
static int move_up(int fd)
{
    if (fd > STDERR_FILENO || fd < 0)
        return fd;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 10);
    int err = errno;
    close(fd);
    errno = err;
    return high;
}

int pipe_open(int fds[2])
{
    if (pipe2(fds, O_CLOEXEC) < 0)
        return -1;
    fds[0] = move_up(fds[0]);
    fds[1] = move_up(fds[1]);
    if (fds[0] >= 0 && fds[1] >= 0)
        return 0;
    int err = errno;
    close(fds[fds[0] < 0]);
    errno = err;
    return -1;
}

int null_open(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    return fd >= 0 ? fd : open("/scheme/null", O_RDWR | O_CLOEXEC);
}
