/*
 * Questions of processes with emulated paging: page faults, and the little else that only a kernel
 * with page tables can answer. All that a question says is checked: the process may ask anything.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "umk/host/paged.h"
#include "umk/paging/frames.h"

static struct paging_mail *mail_of(const struct body *b, u32 n)
{
    return (struct paging_mail *)(void *)((u8 *)b->portal[n] + PAGING_MAIL_OFFSET);
}

/* Frames that others have dropped, or still have to drop, may be all there is. */
static void settle_all(void)
{
    for (struct host_body *h = body_first(); h; h = h->next)
        if (h->paged)
            paged_settle(h->paged);
}

static i64 fault(struct paged *p, u64 address, enum space_access access)
{
    i64 err;

    if (address >= USER_END)
        return -EFAULT;
    err = space_fault(&p->space, address, access);
    if (err != -ENOMEM)
        return err;
    settle_all();
    return space_fault(&p->space, address, access);
}

static i64 page_question(struct paged *p, struct paging_mail *mail, u64 address,
                         enum space_access access)
{
    i64 err = fault(p, address, access);
    u64 e;

    if (err == -ENOMEM) {
        log_text("out of memory: %s (pid %u) is ended", p->h->name, p->h->b->page->pid);
        if (p->h->pid)
            kill(p->h->pid, SIGKILL);
    }
    if (err)
        return err;
    e = table_get(&p->space.table, address);
    mail->prot = PROT_READ | (e & ENTRY_WRITE ? PROT_WRITE : 0u) | (e & ENTRY_NX ? 0u : PROT_EXEC);
    mail->offset = (u64)entry_frame(e) * PAGE_SIZE;
    return 0;
}

/* Linux has mapped these segments; from now on they are memory like any other. */
static i64 adopt(struct paged *p, u64 address, u64 len)
{
    struct space_region zeros = {.prot = SPACE_READ | SPACE_WRITE};
    i64 err;

    if (len > p->adoptable)
        return -EINVAL;
    err = space_map(&p->space, address, len, &zeros);
    if (!err)
        p->adoptable -= len;
    return err;
}

static i64 forget(struct paged *p, u64 address)
{
    const struct space_region *r = space_find(&p->space, address);

    return r && r->own ? space_unmap(&p->space, r->start, r->end - r->start) : -EINVAL;
}

static i64 walk(struct paged *p, u64 bp, u64 sp, u32 n)
{
    struct fault_record *f = &p->h->b->portal[n]->fault;

    f->nframes = space_walk_stack(&p->space, bp, sp, f->frames, FAULT_FRAMES);
    return 0;
}

static void answer(struct paged *p, u32 n)
{
    struct paging_mail *mail = mail_of(p->h->b, n);
    /* read once: the process may write there meanwhile */
    u32 question = __atomic_load_n(&mail->question, __ATOMIC_RELAXED);
    u64 address = __atomic_load_n(&mail->address, __ATOMIC_RELAXED);
    u64 len = __atomic_load_n(&mail->len, __ATOMIC_RELAXED);
    i64 err = -EINVAL;

    if (question <= PAGING_EXEC)
        err = page_question(p, mail, address, (enum space_access)question);
    else if (question == PAGING_ADOPT)
        err = adopt(p, address, len);
    else if (question == PAGING_FRAMES)
        err = walk(p, address, len, n);
    else if (question == PAGING_FORGET)
        err = forget(p, address);
    paged_settle(p);
    mail->result = (i32)err;
    mail->tail = p->tail + p->nwaiting;
    /* pairs: the thread's acquire load of state, after which it reads the answer */
    __atomic_store_n(&mail->state, PAGING_ANSWERED, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &mail->state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

bool paged_serve(struct body *b)
{
    struct paged *p = host_body(b)->paged;
    bool any = false;

    if (!p || !p->page)
        return false;
    paged_settle(p);
    for (u32 word = 0; word < PORTALS_MAX / 64; word++) {
        u64 *at = &p->page->asked[word];

        if (!__atomic_load_n(at, __ATOMIC_RELAXED))
            continue;
        for (u64 bits = __atomic_exchange_n(at, 0, __ATOMIC_SEQ_CST); bits; bits &= bits - 1) {
            u32 n = word * 64 + (u32)__builtin_ctzll(bits);

            if (b->portal[n] &&
                __atomic_load_n(&mail_of(b, n)->state, __ATOMIC_ACQUIRE) == PAGING_ASKED)
                answer(p, n);
            any = true;
        }
    }
    return any;
}
