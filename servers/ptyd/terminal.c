/* Terminals and open files; see terminal.h. */
#include "servers/ptyd/terminal.h"
#include "servers/ptyd/foreground.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ID 1u /* 0 is the scheme's root */
#define SLAVE_MODE 0600u

static struct terminal *terminals[TERMINALS_MAX];
static struct terminal *first_news;
/* Open files by id - FIRST_ID; free places are NULL. */
static struct file **files;
static size_t nfiles;

i64 terminal_new(u32 uid, u32 gid, struct terminal **out)
{
    u32 number = 0;
    while (number < TERMINALS_MAX && terminals[number])
        number++;
    if (number == TERMINALS_MAX)
        return -ENOSPC;
    struct terminal *t = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    pair_init(&t->pair);
    t->number = number;
    t->uid = uid;
    t->gid = gid;
    t->mode = SLAVE_MODE;
    t->locked = true;
    t->timer = -1;
    terminals[number] = t;
    *out = t;
    return 0;
}

struct terminal *terminal_find(u32 number)
{
    return number < TERMINALS_MAX ? terminals[number] : NULL;
}

static void forget_news(struct terminal *t)
{
    for (struct terminal **at = &first_news; *at; at = &(*at)->next_news) {
        if (*at == t) {
            *at = t->next_news;
            return;
        }
    }
}

void terminal_release(struct terminal *t)
{
    if (t->refs)
        return;
    if (t->has_news)
        forget_news(t);
    if (t->timer >= 0)
        rx_timer_cancel(t->timer);
    terminals[t->number] = NULL;
    pair_free(&t->pair);
    free(t);
}

static i64 new_place(void)
{
    for (size_t i = 0; i < nfiles; i++) {
        if (!files[i])
            return (i64)i;
    }
    size_t n = nfiles ? nfiles * 2 : 16;
    struct file **all = realloc(files, n * sizeof *all);
    if (!all)
        return -ENOMEM;
    memset(all + nfiles, 0, (n - nfiles) * sizeof *all);
    i64 place = (i64)nfiles;
    files = all;
    nfiles = n;
    return place;
}

struct file *file_open(struct terminal *t, enum side side)
{
    i64 place = new_place();
    struct file *f = place < 0 ? NULL : malloc(sizeof *f);
    if (!f)
        return NULL;
    *f = (struct file){
        .terminal = t, .side = side, .next = t->files[side], .id = (u64)place + FIRST_ID};
    t->files[side] = f;
    files[place] = f;
    t->refs++;
    if (side == SIDE_MASTER)
        t->pair.masters++;
    if (side == SIDE_SLAVE) {
        t->pair.slaves++;
        t->pair.slave_seen = true;
    }
    return f;
}

struct file *file_find(u64 id)
{
    return id >= FIRST_ID && id - FIRST_ID < nfiles ? files[id - FIRST_ID] : NULL;
}

/* A side that has no file any more: the other one sees the end. */
static void side_closed(struct terminal *t, enum side side)
{
    if (side == SIDE_MASTER && --t->pair.masters == 0) {
        foreground_signal(t, RX_SIGHUP);
        foreground_signal(t, RX_SIGCONT);
        terminal_news(t, SIDE_SLAVE, EVENT_READ | EVENT_WRITE);
    }
    if (side == SIDE_SLAVE && --t->pair.slaves == 0)
        terminal_news(t, SIDE_MASTER, EVENT_READ);
}

void file_close(struct file *f)
{
    struct terminal *t = f->terminal;
    for (struct file **at = &t->files[f->side]; *at; at = &(*at)->next) {
        if (*at == f) {
            *at = f->next;
            break;
        }
    }
    files[f->id - FIRST_ID] = NULL;
    t->refs--;
    side_closed(t, f->side);
    free(f);
    terminal_release(t);
}

u32 file_ready(const struct file *f)
{
    const struct pair *p = &f->terminal->pair;
    u32 ready = 0;
    if (f->side == SIDE_CONTROL)
        return EVENT_READ | EVENT_WRITE;
    if (f->side == SIDE_MASTER) {
        ready |= pair_master_ready(p) || (p->slave_seen && !p->slaves) ? EVENT_READ : 0;
        ready |= queue_full(&p->in) ? 0 : EVENT_WRITE;
    } else {
        ready |= pair_slave_ready(p) ? EVENT_READ : 0;
        ready |= queue_full(&p->out) && p->masters ? 0 : EVENT_WRITE;
    }
    return ready;
}

void terminal_news(struct terminal *t, enum side side, u32 events)
{
    t->news[side] |= events;
    if (t->has_news)
        return;
    t->has_news = true;
    t->next_news = first_news;
    first_news = t;
}

/* Requests that are tried again close nothing, so the files stay what they are meanwhile. An event
 * is told only of what is so: whoever is told of input does not expect to wait for it. */
static void tell(struct scheme *s, struct terminal *t)
{
    u32 news[SIDES];
    memcpy(news, t->news, sizeof news);
    memset(t->news, 0, sizeof t->news);
    for (enum side side = SIDE_MASTER; side <= SIDE_SLAVE; side++) {
        for (struct file *f = news[side] ? t->files[side] : NULL; f; f = f->next) {
            scheme_wake(s, f->id);
            u32 events = news[side] & file_ready(f);
            if (events)
                scheme_post_event(s, f->id, events);
        }
    }
}

bool terminal_tell(struct scheme *s)
{
    struct terminal *t = first_news;
    if (!t)
        return false;
    first_news = t->next_news;
    t->has_news = false;
    tell(s, t);
    return true;
}
