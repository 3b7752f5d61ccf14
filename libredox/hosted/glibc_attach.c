/*
 * What a program linked with the host's C library needs to be a program of the system. The start
 * record comes from the kernel; the C library, its threads and its heap are the host's.
 */
#include "hosted.h"
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

const struct rx_start *rx_hosted_attach(void)
{
    static const u64 no_auxv[2];

    hosted_attach(no_auxv);
    return &gate_start.start;
}

i64 rx_outside_watch(int fd)
{
    /* the loop takes the kernel's bell for a reason to look around, and nothing more */
    struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u64 = LOOP_KEY_KERNEL};

    if (gate_page->gated)
        return -EOPNOTSUPP;
    return epoll_ctl(hosted_loop_fd(), EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

i64 rx_hosted_thread_place(void)
{
    return hosted_thread_new();
}

void rx_hosted_thread_take(u64 place)
{
    struct gate_thread *t = &gate_threads[place];

    hosted_set_self(t);
    t->portal->host_tid = (u32)gettid();
    t->in_gate = 0;
    if (gate_page->gated)
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
}
