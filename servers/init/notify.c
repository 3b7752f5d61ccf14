/* The readiness protocol of daemons, init's end; see notify.h. */
#include "servers/init/notify.h"
#include "redox/scheme.h"

#include <stdlib.h>
#include <string.h>

struct wait {
    u64 fd;
    bool for_scheme;
    notify_done *done;
    void *arg;
};

static i64 start(struct wait *w);

static void came(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)ret;
    struct wait *w = arg;
    if (result == -EINTR && start(w) >= 0)
        return;
    u64 root = 0;
    if (result > 0 && w->for_scheme)
        memcpy(&root, data, sizeof root);
    w->done(w->arg, result > 0 ? NOTIFY_READY : NOTIFY_SILENT, root);
    free(w);
}

static i64 start(struct wait *w)
{
    static const u64 any_slot = RX_FD_NONE;
    const u64 args[6] = {w->fd, sizeof any_slot,
                         CALL_READ | CALL_FD | CALL_FD_UPPER | CALL_FD_CLOEXEC};
    if (!w->for_scheme)
        return rx_async_read(w->fd, 1, came, w);
    return rx_async_call(SYS_CALL, args, &any_slot, sizeof any_slot, sizeof any_slot, came, w);
}

i64 notify_wait(u64 read_end, bool for_scheme, notify_done *done, void *arg)
{
    struct wait *w = malloc(sizeof *w);
    if (!w)
        return -ENOMEM;
    *w = (struct wait){.fd = read_end, .for_scheme = for_scheme, .done = done, .arg = arg};
    i64 result = start(w);
    if (result < 0)
        free(w);
    return result;
}
