/* A stream's lock in the program's hands. */
#include "shim/src/internal/stdio.h"

void flockfile(FILE *f)
{
    __umk_file_lock(f);
}

int ftrylockfile(FILE *f)
{
    if (f->owner == __umk_self()) {
        f->depth++;
        return 0;
    }
    if (!__umk_trylock(&f->lock))
        return -1;
    f->owner = __umk_self();
    f->depth = 1;
    return 0;
}

void funlockfile(FILE *f)
{
    __umk_file_unlock(f);
}
