/* Conversations with the sudo daemon; see sudo_client.h. */
#include "programs/userutils/common/sudo_client.h"
#include "redox/redox.h"
#include "redox/rt.h"

#include <stdio.h>
#include <string.h>

int64_t sudo_open(const char *what)
{
    char path[64];
    snprintf(path, sizeof path, "/scheme/sudo/%s", what);
    return (int64_t)redox_open_v1((const u8 *)path, strlen(path), RX_O_RDWR | RX_O_CLOEXEC, 0);
}

int64_t sudo_password(int64_t fd, const char *password)
{
    int64_t r = (int64_t)redox_write_v1((size_t)fd, (const u8 *)password, strlen(password));
    return r < 0 ? r : 0;
}

int64_t sudo_elevate(int64_t fd)
{
    const u64 self = redox_cur_procfd_v0();
    if (RX_IS_ERR(self))
        return (int64_t)self;
    i64 r = rx_sendfd((u64)fd, &self, 1, 0, 0); /* gives it away */
    if (r < 0)
        return r;
    size_t ns = redox_openat_v1((size_t)fd, (const u8 *)"ns", 2, RX_O_RDWR, 0);
    if (RX_IS_ERR(ns))
        return (int64_t)ns;
    size_t old = redox_setns_v0(ns);
    if (old != RX_FD_NONE)
        redox_close_v1(old);
    return 0;
}
