/* The C library inside the system: the host's program, compiled for it. */
#include "bench/host/libc.c"
