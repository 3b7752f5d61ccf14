/*
 * posix_spawn on the kernel's spawn, without a copy of the caller.
 *
 * The kernel knows two actions, dup2 and close on the child's copy of the descriptor
 * table. Files to be opened are opened here first, at numbers above every one that an
 * action names, so that no action can hit them; the copies close themselves in the child.
 */
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/process/proc.h"
#include "shim/src/process/spawn_actions.h"

struct plan {
    struct spawn_action *actions;
    u32 nactions;
    int *opened; /* descriptors of ours to be closed afterwards */
    u32 nopened;
    int above;              /* lowest number that no action names */
    char cwd[RX_PATH_MAX];  /* empty: unchanged */
    char path[RX_PATH_MAX]; /* scratch */
};

static int lowest_unnamed(const posix_spawn_file_actions_t *a)
{
    int above = 3;

    for (unsigned i = 0; i < a->__used; i++) {
        const struct __umk_spawn_step *s = &a->__steps[i];
        if (s->fd >= above)
            above = s->fd + 1;
        if (s->kind == STEP_DUP2 && s->target >= above)
            above = s->target + 1;
    }
    return above;
}

/* path as the child would see it after the chdir steps so far; in p->path */
static i64 resolve(struct plan *p, const char *path)
{
    size_t len = strlen(path), dir_len = path[0] == '/' ? 0 : strlen(p->cwd);

    if (len == 0)
        return -ENOENT;
    if (dir_len + len + 2 > sizeof p->path)
        return -ENAMETOOLONG;
    memcpy(p->path, p->cwd, dir_len);
    if (dir_len)
        p->path[dir_len++] = '/';
    memcpy(p->path + dir_len, path, len + 1);
    return 0;
}

static void emit(struct plan *p, u32 kind, int from, int to)
{
    p->actions[p->nactions++] =
        (struct spawn_action){.kind = kind, .from = (u64)from, .to = (u64)to};
}

static i64 plan_open(struct plan *p, const struct __umk_spawn_step *s)
{
    u32 flags = (u32)s->flags & ~RX_O_MODE_MASK;
    u32 mode = flags & RX_O_CREAT ? (u32)s->mode & MODE_PERM & ~__umk_umask_get() : 0;
    i64 r = resolve(p, s->path);

    if (r < 0)
        return r;
    i64 fd = __umk_openat(AT_FDCWD, p->path, flags | RX_O_CLOEXEC, mode);
    if (fd < 0)
        return fd;
    if (fd < p->above) {
        r = (i64)redox_fcntl_v0((u64)fd, RX_F_DUPFD_CLOEXEC, (size_t)p->above);
        redox_close_v1((u64)fd);
        if (r < 0)
            return r;
        fd = r;
    }
    p->opened[p->nopened++] = (int)fd;
    emit(p, SPAWN_DUP2, (int)fd, s->fd);
    return 0;
}

static i64 plan_step(struct plan *p, const struct __umk_spawn_step *s)
{
    i64 r;

    switch (s->kind) {
    case STEP_CLOSE:
        emit(p, SPAWN_CLOSE, s->fd, 0);
        return 0;
    case STEP_DUP2:
        emit(p, SPAWN_DUP2, s->fd, s->target);
        return 0;
    case STEP_OPEN:
        return plan_open(p, s);
    case STEP_CHDIR:
        r = resolve(p, s->path);
        if (r == 0)
            memcpy(p->cwd, p->path, sizeof p->cwd);
        return r;
    case STEP_FCHDIR:
        r = (i64)redox_fpath_v1((u64)s->fd, (u8 *)p->cwd, sizeof p->cwd - 1);
        if (r >= 0)
            p->cwd[r] = 0;
        return r < 0 ? r : 0;
    }
    return -EINVAL;
}

static void plan_free(struct plan *p)
{
    while (p->nopened)
        redox_close_v1((u64)p->opened[--p->nopened]);
    free(p->actions);
    free(p->opened);
    free(p);
}

static i64 plan_make(const posix_spawn_file_actions_t *a, struct plan **out)
{
    struct plan *p = calloc(1, sizeof *p);
    i64 r = 0;

    if (!p)
        return -ENOMEM;
    if (a && a->__used) {
        p->actions = calloc(a->__used, sizeof *p->actions);
        p->opened = calloc(a->__used, sizeof *p->opened);
        if (!p->actions || !p->opened)
            r = -ENOMEM;
        p->above = lowest_unnamed(a);
        for (unsigned i = 0; r == 0 && i < a->__used; i++)
            r = plan_step(p, &a->__steps[i]);
    }
    if (r < 0) {
        plan_free(p);
        return r;
    }
    *out = p;
    return 0;
}

static i64 use_attributes(const posix_spawnattr_t *a, struct rx_spawn *s)
{
    if (!a)
        return 0;
    /* there is one policy, with one priority */
    if ((a->__flags & POSIX_SPAWN_SETSCHEDULER) && a->__policy != SCHED_OTHER)
        return -EPERM;
    if ((a->__flags & (POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER)) &&
        a->__param.sched_priority != 0)
        return -EINVAL;
    if (a->__flags & POSIX_SPAWN_SETPGROUP) {
        s->flags |= SPAWN_SETPGID;
        s->pgid = (u32)a->__pgroup;
    }
    if (a->__flags & POSIX_SPAWN_SETSID)
        s->flags |= SPAWN_SETSID;
    if (a->__flags & POSIX_SPAWN_RESETIDS) {
        u32 uid = (u32)redox_get_ruid_v1(), gid = (u32)redox_get_rgid_v1();
        if (uid != (u32)redox_get_euid_v1() || gid != (u32)redox_get_egid_v1()) {
            s->flags |= SPAWN_SETIDS;
            s->uid = uid;
            s->gid = gid;
        }
    }
    if (a->__flags & POSIX_SPAWN_SETSIGMASK)
        s->sigblocked = a->__mask;
    if (a->__flags & POSIX_SPAWN_SETSIGDEF)
        s->sigignored &= ~a->__default;
    return 0;
}

struct spawn_request {
    const posix_spawn_file_actions_t *actions;
    const posix_spawnattr_t *attributes;
    char *const *argv;
    char *const *envp;
};

/* Result: pid or negative errno. */
static i64 spawn_path(const char *path, void *arg)
{
    const struct spawn_request *q = arg;
    struct plan *plan;
    i64 r = plan_make(q->actions, &plan);

    if (r < 0)
        return r;
    /* the program's path counts from where the child will be */
    r = resolve(plan, path);
    if (r < 0)
        goto out;
    struct rx_spawn s = {
        .envp = q->envp,
        .actions = plan->actions,
        .nactions = plan->nactions,
        .umask = __umk_umask_get(),
        .ns_fd = RX_FD_NONE,
        .sigblocked = __umk_blocked_signals(),
        .sigignored = __umk_ignored_signals(),
        .cwd = plan->cwd[0] ? plan->cwd : NULL,
    };
    r = use_attributes(q->attributes, &s);
    if (r < 0)
        goto out;
    if (__umk_clofork_fork)
        __umk_clofork_fork(0);
    r = __umk_program_start(rx_spawn, &s, plan->path, q->argv);
    if (__umk_clofork_fork)
        __umk_clofork_fork(1);
out:
    plan_free(plan);
    return r;
}

static int finish(i64 result, pid_t *pid)
{
    if (result < 0)
        return (int)-result;
    if (pid)
        *pid = (pid_t)result;
    return 0;
}

static char *const no_strings[] = {NULL};

int posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *restrict attributes, char *const argv[restrict],
                char *const envp[restrict])
{
    struct spawn_request q = {actions, attributes, argv ? argv : no_strings,
                              envp ? envp : no_strings};

    return finish(spawn_path(path, &q), pid);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *restrict attributes, char *const argv[restrict],
                 char *const envp[restrict])
{
    struct spawn_request q = {actions, attributes, argv ? argv : no_strings,
                              envp ? envp : no_strings};

    return finish(__umk_path_search(file, spawn_path, &q), pid);
}
