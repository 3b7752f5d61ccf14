/* Descriptions: birth, references, and the end; see desc.h. */
#include "umk/core/desc.h"
#include "umk/core/channel.h"
#include "umk/core/event.h"
#include "umk/core/scheme.h"

struct pool desc_pool = POOL_INIT(desc, 1u << 20);

struct desc *desc_new(struct scheme *s, u64 number, u32 flags, void *priv)
{
    struct desc *d = pool_get(&desc_pool);

    if (!d)
        return NULL;
    if (!s->ops && !(d->close_msg = request_new(s, OP_CLOSE_MSG))) {
        pool_put(&desc_pool, d);
        return NULL;
    }
    d->refs = 1;
    d->scheme = s;
    d->number = number;
    d->flags = flags;
    d->priv = priv;
    list_init(&d->events);
    list_init(&d->bindings);
    scheme_get(s);
    return d;
}

void desc_get(struct desc *d)
{
    core_assert(d->refs > 0);
    d->refs++;
}

void desc_put(struct desc *d)
{
    core_assert(d->refs > 0);
    if (--d->refs > 0)
        return;
    event_drop_desc(d);
    core_assert(list_empty(&d->bindings));
    if (d->scheme->ops) {
        if (d->scheme->ops->close)
            d->scheme->ops->close(d);
    } else {
        d->close_msg->entry.sqe.args[0] = d->number;
        request_post(d->close_msg);
    }
    scheme_put(d->scheme);
    pool_put(&desc_pool, d);
}

/* An open that failed after its description was made ready: nobody hears of it. */
void desc_discard(struct desc *d)
{
    core_assert(d->refs == 1 && list_empty(&d->events) && list_empty(&d->bindings));
    if (d->close_msg)
        request_free(d->close_msg);
    scheme_put(d->scheme);
    pool_put(&desc_pool, d);
}

i64 dirent_put(u8 *buf, size_t room, u64 ino, u64 next, enum dirent_kind kind, const char *name,
               size_t name_len)
{
    size_t len = (RX_DIRENT_HEADER + name_len + 1 + 7) & ~(size_t)7;
    struct rx_dirent e = {ino, next, (u16)len, (u8)kind};

    if (len > room)
        return -EINVAL;
    memset(buf, 0, len);
    memcpy(buf, &e, sizeof(e));
    memcpy(buf + RX_DIRENT_HEADER, name, name_len);
    return (i64)len;
}
