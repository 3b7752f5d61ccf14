/* Words that are waited for; see words.h. */
#include "umk/core/words.h"
#include "umk/core/calls.h"
#include "umk/core/process.h"
#include "umk/core/sched.h"

enum side { CLIENT, SERVER };

#define BUCKETS 256u
static struct list by_number[2][BUCKETS];

void words_init(void)
{
    for (u32 i = 0; i < BUCKETS; i++) {
        list_init(&by_number[CLIENT][i]);
        list_init(&by_number[SERVER][i]);
    }
}

/* Numbers */

static struct list *bucket(enum side side, const struct process *p, u32 number)
{
    return &by_number[side][(p->pid * 31 + number) % BUCKETS];
}

struct channel *channel_by_number(struct process *client, u64 number)
{
    struct channel *ch;

    LIST_FOR_EACH (ch, bucket(CLIENT, client, (u32)number), client_numbers)
        if (ch->client_number == number && ch->client == client)
            return ch;
    return NULL;
}

/* A server's, open or not yet dropped. */
static struct channel *of_server(const struct process *p, u32 number)
{
    struct channel *ch;

    LIST_FOR_EACH (ch, bucket(SERVER, p, number), server_numbers)
        if (ch->server_number == number && ch->server == p)
            return ch;
    return NULL;
}

i64 words_number(struct channel *ch, struct process *client, struct process *server)
{
    u32 tries = 0, n;

    do
        n = client->next_channel++ % CLIENT_CHANNELS_MAX;
    while (channel_by_number(client, n) && ++tries < CLIENT_CHANNELS_MAX);
    ch->client_number = n;
    if (tries == CLIENT_CHANNELS_MAX)
        return -EMFILE;
    tries = 0;
    do
        n = server->next_server_channel++ % SERVER_CHANNELS_MAX;
    while (of_server(server, n) && ++tries < SERVER_CHANNELS_MAX);
    ch->server_number = n;
    if (tries == SERVER_CHANNELS_MAX)
        return -EMFILE;
    ch->client = client;
    ch->server = server;
    list_add(bucket(CLIENT, client, ch->client_number), &ch->client_numbers);
    list_add(bucket(SERVER, server, ch->server_number), &ch->server_numbers);
    return 0;
}

void words_forget(struct channel *ch)
{
    list_remove(&ch->client_numbers);
    list_remove(&ch->server_numbers);
}

/* Waiting */

void words_leave(struct context *c)
{
    if (c->waits_at)
        *c->waits_at = NULL;
    c->waits_at = NULL;
}

static void go_on(struct context *c)
{
    words_leave(c);
    context_finish(c, 0);
}

void words_wake_all(struct channel *ch)
{
    for (u32 i = 0; i < CHANNEL_SLOTS; i++)
        if (ch->waiter[i])
            go_on(ch->waiter[i]);
}

static i64 wait_for_slot(struct context *c, u32 number, u32 slot, u32 value)
{
    struct channel *ch = channel_by_number(c->proc, number);
    struct channel_slot *slots;

    if (!ch || !ch->open || slot >= CHANNEL_SLOTS || ch->waiter[slot])
        return -EINVAL;
    slots = (struct channel_slot *)((u8 *)ch->header + CHANNEL_SLOT_OFFSET);
    /* pairs: the server's exchange of state before it notifies */
    if (__atomic_load_n(&slots[slot].state, __ATOMIC_ACQUIRE) != value)
        return 0;
    ch->waiter[slot] = c;
    c->waits_at = &ch->waiter[slot];
    return context_park(c, "channel", go_on);
}

static i64 wait_for(struct context *c, u64 word, u64 value)
{
    switch (WORD_KIND(word)) {
    case WORD_LOOP:
        return loop_wait(c, value);
    case WORD_CLIENT_SLOT:
        return wait_for_slot(c, WORD_NUMBER(word), WORD_INDEX(word), (u32)value);
    default:
        return -EINVAL;
    }
}

/* Waking */

static i64 ring_server(struct channel *ch)
{
    struct proc_page *page;
    u32 n = ch->server_number;

    if (!ch->open || !ch->server->body)
        return -EINVAL;
    page = ch->server->body->page;
    /* pairs: the process clears a bit of rung_words before it takes what rung[] has there */
    __atomic_fetch_or(&page->rung[n / 64], 1ull << (n % 64), __ATOMIC_RELEASE);
    __atomic_fetch_or(&page->rung_words, 1ull << (n / 64), __ATOMIC_RELEASE);
    loop_ring(ch->server->body);
    return 0;
}

static i64 wake_slot(struct channel *ch, u32 slot)
{
    if (slot >= CHANNEL_SLOTS)
        return -EINVAL;
    if (ch->waiter[slot])
        go_on(ch->waiter[slot]);
    return 0;
}

static i64 notify(struct process *p, u64 word)
{
    struct channel *ch;

    switch (WORD_KIND(word)) {
    case WORD_SERVER:
        ch = channel_by_number(p, WORD_NUMBER(word));
        return ch ? ring_server(ch) : -EINVAL;
    case WORD_SERVER_SLOT:
        ch = of_server(p, WORD_NUMBER(word));
        return ch ? wake_slot(ch, WORD_INDEX(word)) : -EINVAL;
    default:
        return -EINVAL;
    }
}

/* By call, and without one */

i64 sys_wait(struct context *c)
{
    return wait_for(c, c->call.a[0], c->call.a[1]);
}

i64 sys_notify(struct context *c)
{
    return notify(c->proc, c->call.a[0]);
}

i64 sys_channel_drop(struct context *c)
{
    u64 n = c->call.a[0];
    struct channel *ch = n < SERVER_CHANNELS_MAX ? of_server(c->proc, (u32)n) : NULL;

    if (!ch || !core.machine->channel_drop)
        return -EINVAL;
    channel_close(ch); /* unless it was closed already: the server has no memory for it, say */
    channel_drop(ch);
    return 0;
}

bool core_wait(struct body *b, u32 n, u64 word, u64 value)
{
    struct process *p = process_of(b);
    struct context *c = p ? p->by_portal[n] : NULL;

    if (!c || c->state != CTX_USER)
        return false;
    c->state = CTX_CALLING;
    if (wait_for(c, word, value) != PARKED) {
        c->state = CTX_USER;
        return false;
    }
    c->no_call = true;
    sched_entered(c);
    return true;
}

void core_notify(struct body *b, u64 word)
{
    struct process *p = process_of(b);

    if (p)
        notify(p, word);
}
