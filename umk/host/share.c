/*
 * What the kernel gives to running processes: mappings of objects, channels, main loops.
 * Each goes by one control message that carries the descriptors concerned.
 *
 * No bell has two ringers: each channel's client has its own, watched by the epoll instance in
 * which the server sleeps, under the channel's number. The server holds that instance but has
 * no call to change it, and the bell's end with its client takes it out of there.
 */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "umk/host/paged.h"
#include "umk/host/ram.h"

u32 share_prot(u32 prot)
{
    return (prot & MAPPROT_READ ? PROT_READ : 0u) | (prot & MAPPROT_WRITE ? PROT_WRITE : 0u) |
           (prot & MAPPROT_EXEC ? PROT_EXEC : 0u);
}

i64 share_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
              bool shared)
{
    int fd = object_fd(o, shared && (prot & MAPPROT_WRITE));
    struct ctl_message m = {.kind = CTL_MAP,
                            .addr = addr,
                            .len = len,
                            .offset = offset,
                            .prot = share_prot(prot),
                            .shared = shared};

    if (fd < 0)
        return -ENOMEM;
    return control_send(host_body(b), &m, &fd, 1);
}

/* A bell that the server's epoll instance reports under `key`. */
static int bell_for(const struct host_body *server, u64 key)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u64 = key};
    int bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    if (bell < 0)
        return -ENOMEM;
    if (epoll_ctl(server->loop_fd, EPOLL_CTL_ADD, bell, &e) < 0) {
        close(bell);
        return -ENOMEM;
    }
    return bell;
}

i64 share_channel(struct body *client, u32 client_number, u64 client_addr, struct body *server,
                  u32 server_number, u64 server_addr, struct object *o)
{
    struct host_body *c = host_body(client), *s = host_body(server);
    struct ctl_message to_client = {
        .kind = CTL_CHANNEL_CLIENT, .number = client_number, .addr = client_addr, .len = o->size};
    struct ctl_message to_server = {
        .kind = CTL_CHANNEL_SERVER, .number = server_number, .addr = server_addr, .len = o->size};
    int fds[2] = {ram_emulated() ? ram_fd() : object_fd(o, true), -1};

    if (s->loop_fd < 0)
        return -EINVAL;
    /* Neither end may get its half when the other cannot. */
    if (!control_room(c) || !control_room(s))
        return -ENOMEM;
    fds[1] = bell_for(s, server_number);
    if (fds[1] < 0)
        return fds[1];
    i64 r = 0;
    if (ram_emulated() && !(r = paged_channel_end(s, o, &to_server)))
        r = paged_channel_end(c, o, &to_client);
    if (!r)
        r = control_send(s, &to_server, fds, 1);
    if (!r)
        r = control_send(c, &to_client, fds, 2);
    close(fds[1]);
    return r;
}

i64 share_loop(struct body *b)
{
    struct host_body *h = host_body(b);
    struct ctl_message m = {.kind = CTL_LOOP};

    if (h->loop_fd >= 0)
        return -EEXIST;
    h->loop_fd = epoll_create1(EPOLL_CLOEXEC);
    if (h->loop_fd < 0)
        return -ENOMEM;
    h->loop_bell = bell_for(h, LOOP_KEY_KERNEL);
    if (h->loop_bell >= 0 && !control_send(h, &m, &h->loop_fd, 1))
        return 0;
    if (h->loop_bell >= 0)
        close(h->loop_bell);
    close(h->loop_fd);
    h->loop_fd = h->loop_bell = -1;
    return -ENOMEM;
}

void share_ring(struct body *b)
{
    loop_note_ring();
    const struct host_body *h = host_body(b);
    const u64 one = 1;

    if (h->loop_bell >= 0 && write(h->loop_bell, &one, sizeof one) < 0)
        return; /* full: it has rung already */
}
