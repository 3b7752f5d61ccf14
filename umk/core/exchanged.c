/* The last messages of a program, as text; see exchanged.h. */
#include "umk/core/exchanged.h"
#include "umk/core/fmt.h"
#include "umk/core/trace.h"

static const char *opcode_name(u8 op)
{
    static const char *const names[] = {
        [OP_DUP] = "dup",           [OP_READ] = "read",
        [OP_WRITE] = "write",       [OP_FSIZE] = "fsize",
        [OP_FCHOWN] = "fchown",     [OP_FCNTL] = "fcntl",
        [OP_FEVENT] = "fevent",     [OP_SENDFD] = "sendfd",
        [OP_FPATH] = "fpath",       [OP_FRENAME] = "frename",
        [OP_FSTAT] = "fstat",       [OP_FSYNC] = "fsync",
        [OP_MMAP_PREP] = "mmap",    [OP_MUNMAP] = "munmap",
        [OP_CALL] = "call",         [OP_OPENAT] = "openat",
        [OP_FLINK] = "flink",       [OP_RECVFD] = "recvfd",
        [OP_UNLINKAT] = "unlinkat", [OP_STD_FS_CALL] = "file call",
        [OP_LSEEK] = "lseek",
    };

    return op < sizeof(names) / sizeof(names[0]) && names[op] ? names[op] : "?";
}

static void put_served(struct fmt *f, const struct served *s)
{
    fmt_add(f, "%s of file %lu, %lu bytes, for pid %u%s", opcode_name(s->opcode), s->file, s->len,
            s->pid, s->over_channel ? " by channel" : "");
}

static void put_requests(struct fmt *f, const struct proc_page *page)
{
    u32 count = __atomic_load_n(&page->served_count, __ATOMIC_RELAXED);
    bool serving = __atomic_load_n(&page->serving, __ATOMIC_RELAXED);

    for (u32 i = 0; i < count && i < SERVED_KEPT; i++) {
        struct served s;

        memcpy(&s, &page->served[(count - 1 - i) % SERVED_KEPT], sizeof(s));
        if (i == 0)
            fmt_add(f, serving ? "serving: " : "last served: ");
        else
            fmt_add(f, i == 1 && serving ? "; before: " : ", ");
        put_served(f, &s);
    }
    if (count)
        fmt_add(f, "; ");
}

void exchanged_describe(const struct process *p, u32 portal, struct fmt *f)
{
    const struct context *c = p->by_portal[portal];

    if (p->body)
        put_requests(f, p->body->page);
    if (!c || c->nrecent == 0)
        return;
    fmt_add(f, "last calls:");
    for (u32 n = c->nrecent < RECENT_CALLS ? c->nrecent : RECENT_CALLS; n > 0; n--) {
        const struct recent_call *r = &c->recent[(c->nrecent - n) % RECENT_CALLS];

        fmt_add(f, " %s=%ld", call_name(r->op), r->result);
    }
}
