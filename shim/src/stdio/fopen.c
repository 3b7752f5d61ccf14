/* fopen */
#include <fcntl.h>
#include "shim/src/internal/stdio.h"

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    int open_flags;
    u32 flags = __umk_parse_mode(mode, &open_flags);

    if (!flags)
        return NULL;
    FILE *f = __umk_file_new(flags | F_ASK_TTY, -1, &__umk_fd_ops, NULL);
    if (!f)
        return NULL;
    f->fd = open(path, open_flags, 0666);
    if (f->fd < 0) {
        __umk_file_free(f);
        return NULL;
    }
    __umk_file_link(f);
    return f;
}
