/* What a thread came in for. */
#ifndef UMK_X86_64_TRAP_H
#define UMK_X86_64_TRAP_H

#include "umk/x86_64/thread.h"

/* Carries out the call or fault that the current thread came in by, under the lock. It may be gone
 * afterwards. */
void trap_handle(struct thread *t);

#endif
