/*
 * Event queues: files of the event scheme. Writing a record registers a file with the
 * queue, reading takes what has happened.
 */
#include "upper.h"

#define MS_PER_S 1000u
#define NS_PER_MS 1000000u
#define NS_PER_S 1000000000

static i64 write_record(u64 queue, u64 id, u64 flags, u64 data)
{
    const struct rx_event record = {.id = id, .flags = flags, .data = data};
    i64 r = (i64)redox_write_v1(queue, (const u8 *)&record, sizeof(record));
    if (r < 0)
        return r;
    return r == sizeof(record) ? 0 : -EIO;
}

size_t redox_event_queue_create_v1(u32 flags)
{
    if (flags != 0)
        return (size_t)-EINVAL;
    return (size_t)open_in_namespace(SPAN("event"), SPAN(""), RX_O_RDWR | RX_O_CREAT | RX_O_CLOEXEC,
                                     0);
}

size_t redox_event_queue_ctl_v1(size_t queue, size_t fd, u32 flags, size_t user_data)
{
    if (flags & ~(EVENT_READ | EVENT_WRITE))
        return (size_t)-EINVAL;
    return (size_t)write_record(queue, fd, flags, user_data);
}

/* Milliseconds, rounded up so that nobody wakes early; -EINVAL. */
static i64 to_milliseconds(const struct redox_c_timespec *t)
{
    if (t->sec < 0 || t->nsec < 0 || t->nsec >= NS_PER_S)
        return -EINVAL;
    if (t->sec >= INT64_MAX / MS_PER_S - 1)
        return INT64_MAX;
    return t->sec * MS_PER_S + (t->nsec + NS_PER_MS - 1) / NS_PER_MS;
}

size_t redox_event_queue_get_events_v1(size_t queue, struct redox_raw_event *buf, size_t count,
                                       u32 flags, const struct redox_c_timespec *timeout,
                                       const u64 *sigset)
{
    (void)sigset; /* as upstream: swapping signal masks is the C library's part of pselect */
    if (count == 0 || flags != 0)
        return (size_t)-EINVAL;
    if (timeout) {
        i64 ms = to_milliseconds(timeout);
        i64 r = ms < 0 ? ms : write_record(queue, EVENT_TIMEOUT_ID, EVENT_READ, (u64)ms);
        if (r < 0)
            return (size_t)r;
    }
    struct rx_event record;
    i64 r = (i64)redox_read_v1(queue, (u8 *)&record, sizeof(record));
    if (r < 0)
        return (size_t)r;
    if (r != sizeof(record))
        return (size_t)-EIO;
    if (record.id == EVENT_TIMEOUT_ID)
        return 0;
    *buf = (struct redox_raw_event){
        .fd = record.id, .user_data = record.data, .flags = (u32)record.flags};
    return 1;
}

size_t redox_event_queue_destroy_v1(size_t queue)
{
    return (size_t)fd_close(queue);
}
