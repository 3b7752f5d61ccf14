/* Channels and bindings; see channel.h. */
#include "umk/core/channel.h"
#include "umk/core/process.h"
#include "umk/core/scheme.h"
#include "umk/core/words.h"

struct binding_chunk {
    struct binding *b[BIND_CHUNK];
};

struct pool channel_pool = POOL_INIT(channel, 1u << 16);
struct pool binding_pool = POOL_INIT(binding, 1u << 20);
struct pool binding_chunk_pool = POOL_INIT(binding_chunk, 1u << 17);

static void tell_server(struct channel *ch, struct request *msg, u64 address)
{
    struct process *p = ch->client;

    msg->entry.sqe.args[0] = ch->server_number;
    msg->entry.sqe.args[1] = p->pid;
    msg->entry.sqe.args[2] = p->cred.euid | (u64)p->cred.egid << 32;
    msg->entry.sqe.args[3] = address;
    msg->entry.sqe.args[4] = ch->server->body->ctl_sent;
    msg->entry.sqe.args[5] = ch->scheme->id;
    request_post(msg);
}

static struct channel *channel_new(struct process *client, struct scheme *s)
{
    struct process *server = s->owner;
    struct channel *ch = pool_get(&channel_pool);
    struct request *open_msg = NULL;
    static u32 serial;
    struct channel_header *h;
    u64 client_addr, server_addr;

    if (!ch)
        return NULL;
    list_init(&ch->client_numbers);
    list_init(&ch->server_numbers);
    if (words_number(ch, client, server))
        goto fail;
    if (!(ch->close_msg = request_new(s, OP_CHANNEL_CLOSE)) ||
        !(open_msg = request_new(s, OP_CHANNEL_OPEN)) || object_new(CHANNEL_SIZE, &ch->object))
        goto fail;
    ch->object->is_portal = true;
    if (!(h = core.machine->object_alias(ch->object, CHANNEL_SMALL_OFFSET)))
        goto fail;
    h->tail = RING_INDEX_START;
    h->need_ring = 1;
    h->serial = ++serial;
    ch->header = h;
    client_addr = process_window(client) + WINDOW_CLIENT_CHANNELS +
                  (u64)ch->client_number * WINDOW_CHANNEL_SPAN;
    server_addr = process_window(server) + WINDOW_SERVER_CHANNELS +
                  (u64)ch->server_number * WINDOW_CHANNEL_SPAN;
    if (core.machine->channel(client->body, ch->client_number, client_addr, server->body,
                              ch->server_number, server_addr, ch->object))
        goto fail;
    ch->scheme = s;
    ch->open = true;
    list_add(&client->client_channels, &ch->of_client);
    list_add(&server->server_channels, &ch->of_server);
    list_add(&s->channels, &ch->of_scheme);
    tell_server(ch, open_msg, server_addr);
    return ch;
fail:
    if (ch->object)
        object_put(ch->object);
    if (open_msg)
        request_free(open_msg);
    if (ch->close_msg)
        request_free(ch->close_msg);
    words_forget(ch);
    pool_put(&channel_pool, ch);
    return NULL;
}

struct channel *channel_for(struct process *p, struct scheme *s, bool make)
{
    struct channel *ch;

    if (s->ops || s->dead || s->owner == p || !s->owner->body || !s->owner->body->has_loop)
        return NULL;
    LIST_FOR_EACH (ch, &p->client_channels, of_client)
        if (ch->scheme == s)
            return ch;
    return make ? channel_new(p, s) : NULL;
}

/* Bindings */

static struct binding **binding_slot(struct channel *ch, u32 i)
{
    if (!ch->chunks[i / BIND_CHUNK]) {
        struct binding_chunk *c = pool_get(&binding_chunk_pool);
        if (!c)
            return NULL;
        ch->chunks[i / BIND_CHUNK] = c->b;
    }
    return &ch->chunks[i / BIND_CHUNK][i % BIND_CHUNK];
}

i64 binding_reserve(struct channel *ch, struct binding **out)
{
    struct binding **slot = NULL, *b;
    u32 i = ch->first_free;

    for (; i < HANDLE_MAX; i++) {
        slot = binding_slot(ch, i);
        if (!slot)
            return -ENOMEM;
        if (!*slot)
            break;
    }
    if (i >= HANDLE_MAX)
        return -EMFILE;
    b = pool_get(&binding_pool);
    if (!b)
        return -ENOMEM;
    b->channel = ch;
    b->reserved = out;
    b->handle = i | (ch->client->handle_generation++ & 0xFFFFu) << 16;
    list_init(&b->of_desc);
    list_init(&b->of_roots);
    *slot = b;
    *out = b;
    ch->first_free = i + 1;
    ch->nbindings++;
    return 0;
}

static void binding_free(struct binding *b)
{
    list_remove(&b->of_desc);
    list_remove(&b->of_roots);
    if (b->root)
        desc_put(b->desc);
    pool_put(&binding_pool, b);
}

void binding_unreserve(struct binding *b)
{
    struct channel *ch = b->channel;
    u32 i = HANDLE_INDEX(b->handle);

    *binding_slot(ch, i) = NULL;
    if (i < ch->first_free)
        ch->first_free = i;
    ch->nbindings--;
    binding_free(b);
}

void binding_set(struct binding *b, struct desc *d)
{
    b->desc = d;
    b->reserved = NULL;
    list_add(&d->bindings, &b->of_desc);
}

void binding_set_root(struct binding *b, struct desc *d)
{
    binding_set(b, d);
    b->root = true;
    desc_get(d);
    list_add(&b->channel->client->roots, &b->of_roots);
}

u64 binding_word(const struct binding *b)
{
    return (u64)b->channel->client_number << 32 | b->handle;
}

static struct binding *find(struct process *p, struct desc *d, bool root)
{
    struct binding *b;

    LIST_FOR_EACH (b, &d->bindings, of_desc)
        if (b->channel->client == p && b->root == root)
            return b;
    return NULL;
}

struct binding *binding_find(struct process *p, struct desc *d)
{
    return find(p, d, false);
}

struct binding *binding_find_root(struct process *p, struct desc *d)
{
    return find(p, d, true);
}

void binding_slot_added(struct process *p, struct desc *d)
{
    struct binding *b = binding_find(p, d);

    if (b)
        b->slots++;
}

void binding_end(struct binding *b)
{
    struct channel *ch = b->channel;
    struct request *msg = request_new(ch->scheme, OP_UNBIND);

    if (!msg) {
        channel_close(ch);
        return;
    }
    msg->entry.sqe.args[0] = ch->server_number;
    msg->entry.sqe.args[1] = b->handle;
    binding_unreserve(b);
    request_post(msg);
}

void roots_end(struct process *p)
{
    struct list *first;

    while ((first = list_first(&p->roots)))
        binding_end(LIST_ENTRY(first, struct binding, of_roots));
}

void roots_end_at(struct desc *d)
{
    struct binding *b, *found;

    do {
        found = NULL;
        LIST_FOR_EACH (b, &d->bindings, of_desc)
            if (b->root)
                found = b;
        if (found)
            binding_end(found);
    } while (found);
}

void binding_slot_removed(struct process *p, struct desc *d)
{
    struct binding *b = binding_find(p, d);

    if (b && --b->slots == 0)
        binding_end(b);
}

/* The end */

/* Tells a client whose server is gone: all slots are answered, sleepers woken. */
static void hang_up(struct channel *ch)
{
    struct channel_header *h = ch->header;
    struct channel_slot *slots = (struct channel_slot *)((u8 *)h + CHANNEL_SLOT_OFFSET);

    /* pairs: the client reads closed after it published and before it sleeps */
    __atomic_store_n(&h->closed, 1, __ATOMIC_SEQ_CST);
    for (u32 i = 0; i < CHANNEL_SLOTS; i++) {
        u32 old = __atomic_load_n(&slots[i].state, __ATOMIC_ACQUIRE);

        if ((old & WAIT_STATE) == WAIT_PENDING) {
            slots[i].result = -ENODEV;
            /* pairs: the client's acquire load of state */
            __atomic_store_n(&slots[i].state, WAIT_DONE, __ATOMIC_RELEASE);
        }
        /* also where the server answered, and died before it woke the sleeper */
        core.machine->wake(&slots[i].state);
    }
}

static void drop_bindings(struct channel *ch)
{
    for (u32 i = 0; i < HANDLE_MAX / BIND_CHUNK; i++) {
        for (u32 k = 0; ch->chunks[i] && k < BIND_CHUNK; k++) {
            struct binding *b = ch->chunks[i][k];

            if (!b)
                continue;
            if (b->reserved)
                *b->reserved = NULL;
            binding_free(b);
        }
        if (ch->chunks[i])
            pool_put(&binding_chunk_pool, ch->chunks[i]);
    }
}

void channel_close(struct channel *ch)
{
    if (!ch->open)
        return;
    ch->open = false;
    list_remove(&ch->of_client);
    list_remove(&ch->of_server);
    list_remove(&ch->of_scheme);
    list_remove(&ch->client_numbers);
    if (ch->client->state == PROC_ALIVE)
        hang_up(ch);
    words_wake_all(ch);
    drop_bindings(ch);
    ch->close_msg->entry.sqe.args[0] = ch->server_number;
    request_post(ch->close_msg);
    /* a server whose end the kernel has to unmap says when */
    if (core.machine->channel_drop && ch->server->state == PROC_ALIVE)
        list_add(&ch->server->closed_channels, &ch->of_server);
    else
        channel_drop(ch);
}

void channel_drop(struct channel *ch)
{
    if (core.machine->channel_drop && ch->server->body)
        core.machine->channel_drop(ch->server->body,
                                   process_window(ch->server) + WINDOW_SERVER_CHANNELS +
                                       (u64)ch->server_number * WINDOW_CHANNEL_SPAN);
    words_forget(ch);
    list_remove(&ch->of_server);
    object_put(ch->object);
    pool_put(&channel_pool, ch);
}

void channel_close_all(struct process *p)
{
    struct list *first;

    while ((first = list_first(&p->client_channels)))
        channel_close(LIST_ENTRY(first, struct channel, of_client));
    while ((first = list_first(&p->server_channels)))
        channel_close(LIST_ENTRY(first, struct channel, of_server));
    while ((first = list_first(&p->closed_channels)))
        channel_drop(LIST_ENTRY(first, struct channel, of_server));
}
