/* The last words of a server; see refuse.h. */
#include "libfile/refuse.h"
#include "redox/scheme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell_console(const char *text, size_t len)
{
    static const char path[] = "/scheme/debug/stderr";
    i64 fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_WRONLY | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return;
    redox_write_v1((size_t)fd, (const u8 *)text, len);
    redox_close_v1((size_t)fd);
}

_Noreturn void refuse(const char *server, const char *name, const char *why, u32 status)
{
    char message[320];

    snprintf(message, sizeof message, "%.20s: %.140s: %.140s\n", server, name, why);
    redox_write_v1(2, (const u8 *)message, strlen(message));
    if (getenv("INIT_NOTIFY"))
        tell_console(message, strlen(message));
    rx_exit(status);
}
