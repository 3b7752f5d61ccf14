/* Where the kernel may map things into a sanitizer build: above what ASan's shadow takes. */
#include "hosted.h"

const u64 hosted_window_base = 0x200000000000ull;
