/* Building posix_spawn_file_actions_t. */
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/result.h"
#include "shim/src/process/spawn_actions.h"

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *a)
{
    memset(a, 0, sizeof *a);
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *a)
{
    for (unsigned i = 0; i < a->__used; i++)
        free(a->__steps[i].path);
    free(a->__steps);
    memset(a, 0, sizeof *a);
    return 0;
}

static int add(posix_spawn_file_actions_t *a, struct __umk_spawn_step step, const char *path)
{
    if (a->__used == a->__room) {
        unsigned room = a->__room ? a->__room * 2 : 8;
        struct __umk_spawn_step *steps = realloc(a->__steps, room * sizeof *steps);
        if (!steps)
            return ENOMEM;
        a->__steps = steps;
        a->__room = room;
    }
    if (path) {
        step.path = strdup(path);
        if (!step.path)
            return ENOMEM;
    }
    a->__steps[a->__used++] = step;
    return 0;
}

static bool bad_fd(int fd)
{
    return fd < 0 || (u32)fd >= RX_FD_MAX;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *a, int fd)
{
    if (bad_fd(fd))
        return EBADF;
    return add(a, (struct __umk_spawn_step){.kind = STEP_CLOSE, .fd = fd}, NULL);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *a, int fd, int target)
{
    if (bad_fd(fd) || bad_fd(target))
        return EBADF;
    return add(a, (struct __umk_spawn_step){.kind = STEP_DUP2, .fd = fd, .target = target}, NULL);
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict a, int fd,
                                     const char *restrict path, int flags, mode_t mode)
{
    if (bad_fd(fd))
        return EBADF;
    return add(a,
               (struct __umk_spawn_step){.kind = STEP_OPEN, .fd = fd, .flags = flags, .mode = mode},
               path);
}

int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *restrict a,
                                      const char *restrict path)
{
    return add(a, (struct __umk_spawn_step){.kind = STEP_CHDIR}, path);
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict a,
                                         const char *restrict path)
{
    return posix_spawn_file_actions_addchdir(a, path);
}

int posix_spawn_file_actions_addfchdir(posix_spawn_file_actions_t *a, int fd)
{
    if (bad_fd(fd))
        return EBADF;
    return add(a, (struct __umk_spawn_step){.kind = STEP_FCHDIR, .fd = fd}, NULL);
}

int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *a, int fd)
{
    return posix_spawn_file_actions_addfchdir(a, fd);
}
