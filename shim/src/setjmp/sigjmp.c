/* The signal mask's part in sigsetjmp and siglongjmp. A program without signal functions has no
 * mask to save. */
#include <setjmp.h>
#include <signal.h>
#include "shim/src/internal/thread.h"

int sigprocmask(int how, const sigset_t *set, sigset_t *old) __attribute__((weak));

_Static_assert(sizeof(sigset_t) == sizeof(unsigned long), "the mask fits its word");

void __umk_sigjmp_save(sigjmp_buf buf, int save) __umk_hidden;
void __umk_sigjmp_restore(sigjmp_buf buf) __umk_hidden;

void __umk_sigjmp_save(sigjmp_buf buf, int save)
{
    buf->__mask_saved = save && sigprocmask;
    if (buf->__mask_saved)
        sigprocmask(SIG_SETMASK, NULL, (sigset_t *)&buf->__mask);
}

void __umk_sigjmp_restore(sigjmp_buf buf)
{
    if (buf->__mask_saved)
        sigprocmask(SIG_SETMASK, (const sigset_t *)&buf->__mask, NULL);
}
