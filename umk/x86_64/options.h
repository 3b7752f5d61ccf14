/* The kernel's command line: words "umk.NAME=VALUE" are the kernel's, the other words with a "="
 * are the system's environment (/scheme/sys/env), one line each. */
#ifndef UMK_X86_64_OPTIONS_H
#define UMK_X86_64_OPTIONS_H

#include "umk/x86_64/console.h"

struct options {
    struct console_options console;
    u16 exit_port;    /* umk.exit=PORT: QEMU's isa-debug-exit */
    u64 real_seconds; /* umk.time=SECONDS since 1970, until a program sets the clock */
    u32 cpus;         /* umk.cpus=N: at most so many processors; 0: all */
    const char *env;  /* valid for good */
};

/* line stays the caller's. Unknown words are left alone. */
/* Adds a line NAME=VALUE to the environment; one that does not fit is left out. */
void options_add_env(const char *line);
void options_read(const char *line, struct options *out);

#endif
