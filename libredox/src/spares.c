/*
 * The server's side of spares: files that a client opens and closes over its channel, so that the
 * kernel need not hear of either. The kernel has asked for the file's number in advance; what it
 * does with the number is the same for a spare as for any file.
 *
 * Only while the kernel has not said OP_SPARE_END may the client fill or empty it: from then on
 * others may have the description too, under whom its file must not change. The kernel's
 * messages are read before a channel's requests (queue_first in serve.c), so what the client sent
 * after the kernel's word comes too late.
 */
#include "scheme_lib.h"

i64 spare_make(struct request *r)
{
    struct file *f = file_new(r->scheme, 0, 0, false);

    if (!f)
        return -ENOMEM;
    f->spare = SPARE_EMPTY;
    serve_bind(r->scheme, r->bind_channel, r->bind_handle, file_number(f), false);
    return (i64)file_number(f);
}

struct file *spare_to_fill(const struct request *r)
{
    struct file *f;
    u64 number;

    if (!serve_file_of_handle(r->ch, (u32)r->e.args[5], &number))
        return NULL;
    f = file_or_spare(r->scheme, number);
    return f && f->spare == SPARE_EMPTY ? f : NULL;
}

void spare_fill(struct request *r, struct file *f, u64 id, u32 flags, bool positioned)
{
    f->id = id;
    f->flags = file_flags(flags);
    f->positioned = positioned;
    f->offset = 0;
    f->broken_chain = 0;
    f->detaches = false;
    f->spare = SPARE_FILLED;
    r->file = file_number(f);
}

i64 spare_empty(struct scheme *s, struct file *f)
{
    if (f->spare != SPARE_FILLED)
        return -EINVAL;
    file_end(s, f);
    return 0;
}

void spare_settled(struct scheme *s, u64 number)
{
    struct file *f = file_or_spare(s, number);

    if (f && f->spare == SPARE_FILLED)
        f->spare = SPARE_NOT;
}
