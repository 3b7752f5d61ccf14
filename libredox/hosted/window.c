/* Where the kernel may map things into a program of ours: the default window. */
#include "hosted.h"

const u64 hosted_window_base = 0;
