/* Random bytes for the core: from the processor's generator, or from the jitter of its clock. */
#ifndef UMK_X86_64_ENTROPY_H
#define UMK_X86_64_ENTROPY_H

#include "umk/abi/types.h"

void entropy_fill(u8 out[32]);

#endif
