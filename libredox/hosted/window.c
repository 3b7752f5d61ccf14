/*
 * Where the kernel may map things into this program. A sanitizer's shadow memory takes the usual
 * place, so such a build asks for another one.
 */
#include "hosted.h"

#if defined(__SANITIZE_ADDRESS__)
const u64 hosted_window_base = 0x200000000000ull;
#else
const u64 hosted_window_base = 0;
#endif
