/*
 * The named values of a terminal: files made by dup with the value's name, and the same as calls
 * with a verb.
 */
#ifndef PTYD_CONTROL_H
#define PTYD_CONTROL_H

#include "servers/ptyd/terminal.h"

/* The verbs of calls, by their numbers. */
enum control {
    CONTROL_TERMIOS,
    CONTROL_FLUSH,
    CONTROL_SENDBREAK,
    CONTROL_FLOW,
    CONTROL_PTSNAME,
    CONTROL_PTLOCK,
    CONTROL_PGRP,
    CONTROL_WINSIZE,
    CONTROL_PACKETS,
    CONTROLS
};

/* The value called so; -EINVAL. */
i64 control_named(const char *name, size_t len);
/* Result: bytes. -EINVAL: buf is too small, or the value cannot be read. */
i64 control_read(const struct terminal *t, u32 control, void *buf, size_t len);
i64 control_write(struct terminal *t, const struct scheme_ctx *c, u32 control, const void *buf,
                  size_t len);

#endif
