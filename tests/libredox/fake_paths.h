/*
 * For tests of libredox's upper half without channels: no directory has one, so every request with
 * a path goes to the kernel. Included once.
 */
#ifndef TESTS_LIBREDOX_FAKE_PATHS_H
#define TESTS_LIBREDOX_FAKE_PATHS_H

#include "libredox/src/gate.h"

static struct proc_page fake_paths_page; /* without a spare */
struct proc_page *gate_page = &fake_paths_page;
volatile bool gate_threaded;

u64 chan_binding(u64 fd)
{
    (void)fd;
    return BINDING_NONE;
}

bool chan_attach(u64 binding)
{
    (void)binding;
    return true;
}

void chan_note_opened(u64 fd, u64 binding, bool positioned)
{
    (void)positioned;
    chan_note(fd, binding);
}

i64 chan_path_call(u64 binding, u32 op, struct span path, const u64 args[3], void *out,
                   size_t out_len, bool *positioned)
{
    (void)binding;
    (void)op;
    (void)path;
    (void)args;
    (void)out;
    (void)out_len;
    (void)positioned;
    return -ENOTCONN;
}

#endif
