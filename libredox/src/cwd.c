/*
 * The working directory: a path and a descriptor that mean the same directory. They
 * change together: whoever acquires gets a pair that belonged together, and the
 * descriptor stays open until released, whatever other threads do.
 *
 * Acquiring takes no lock, so that a signal handler may open files whatever it
 * interrupted. Entries are counted: the current one holds a reference itself; whoever
 * drops an entry's last reference closes its descriptor. Entry 0 is what the program
 * started with and is not used again.
 */
#include "upper.h"

#define ENTRIES 8u
#define ENTRY_CLOSING 0x80000000u

struct entry {
    u32 users; /* references; ENTRY_CLOSING while its descriptor is being closed */
    u32 len;
    u64 fd; /* RX_FD_NONE when closed; entry 0: unused, see fd_of */
};

static struct entry entries[ENTRIES] = {
    [0] = {.users = 1},
    [1 ... ENTRIES - 1] = {.fd = RX_FD_NONE},
};
static char paths[ENTRIES][RX_PATH_MAX];
static u32 current;
static u32 change_lock; /* one thread at a time changes directory */

static u64 *fd_of(u32 i)
{
    return i == 0 ? &gate_start.cwd_fd : &entries[i].fd;
}

static void close_fd_of(u32 i)
{
    u64 fd = __atomic_exchange_n(fd_of(i), RX_FD_NONE, __ATOMIC_ACQ_REL);
    if (fd != RX_FD_NONE)
        fd_close(fd);
}

static void drop(u32 i)
{
    struct entry *e = &entries[i];
    /* acq_rel: pairs with the other users' drops; all use is before the close */
    if (__atomic_sub_fetch(&e->users, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    u32 none = 0;
    if (!__atomic_compare_exchange_n(&e->users, &none, ENTRY_CLOSING, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        return; /* somebody looked in meanwhile and drops it after us, or it is in use again */
    close_fd_of(i);
    __atomic_sub_fetch(&e->users, ENTRY_CLOSING, __ATOMIC_RELEASE);
}

i64 cwd_acquire(struct cwd *out)
{
    u32 i;
    for (;;) {
        i = __atomic_load_n(&current, __ATOMIC_ACQUIRE); /* pairs with publish */
        /* seq_cst, like publish: either the count stops the entry's reuse, or the second
         * look sees that it is current no more */
        __atomic_add_fetch(&entries[i].users, 1, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&current, __ATOMIC_SEQ_CST) == i)
            break;
        drop(i);
    }
    out->entry = i;
    out->fd = __atomic_load_n(fd_of(i), __ATOMIC_RELAXED);
    if (i == 0) {
        const char *start = gate_start.cwd ? gate_start.cwd : "";
        out->path = (struct span){start, __builtin_strlen(start)};
    } else {
        out->path = (struct span){paths[i], entries[i].len};
    }
    if (out->fd != RX_FD_NONE && out->path.len > 0)
        return 0;
    drop(i);
    return -ENOENT;
}

void cwd_release(const struct cwd *c)
{
    drop(c->entry);
}

static void lock_change(void)
{
    while (__atomic_exchange_n(&change_lock, 1, __ATOMIC_ACQUIRE) != 0)
        rx_yield(); /* held for the time of a copy; two threads changing at once is rare */
}

static void unlock_change(void)
{
    __atomic_store_n(&change_lock, 0, __ATOMIC_RELEASE);
}

/* Makes the pair the working directory. The descriptor is taken over in any case. */
static i64 publish(const char *path, size_t len, u64 fd)
{
    lock_change();
    u32 i = 1;
    for (; i < ENTRIES; i++) {
        u32 none = 0;
        if (__atomic_compare_exchange_n(&entries[i].users, &none, 1, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED))
            break;
    }
    if (i == ENTRIES) {
        unlock_change();
        fd_close(fd);
        return -EAGAIN; /* seven older directories still in use by calls under way */
    }
    struct entry *e = &entries[i];
    u64 stale = __atomic_exchange_n(&e->fd, fd, __ATOMIC_ACQ_REL);
    __builtin_memcpy(paths[i], path, len);
    paths[i][len] = '\0';
    e->len = (u32)len;
    u32 old = __atomic_exchange_n(&current, i, __ATOMIC_SEQ_CST); /* pairs with cwd_acquire */
    unlock_change();
    drop(old);
    if (stale != RX_FD_NONE)
        fd_close(stale);
    return 0;
}

void cwd_after_fork(void)
{
    unlock_change();
}

static i64 require_directory(u64 fd)
{
    struct rx_stat st;
    i64 r = rx_fstat(fd, &st);
    if (r < 0)
        return r;
    return (st.mode & MODE_TYPE) == MODE_DIR ? 0 : -ENOTDIR;
}

/*
 * The path is made canonical by text first and then opened, so that path and descriptor agree
 * whatever links it goes through.
 */
i64 directory_open(struct span path, u32 flags, char *text, size_t size, size_t *text_len)
{
    struct span base = {"", 0};
    struct cwd cwd;
    bool have_cwd = cwd_acquire(&cwd) == 0;
    if (have_cwd)
        base = cwd.path;
    i64 len = path_canonical(base, path, text, size - 1);
    if (have_cwd)
        cwd_release(&cwd);
    if (len < 0)
        return len;
    text[len] = '\0';
    *text_len = (size_t)len;
    i64 fd =
        open_path(RX_AT_FDCWD, (struct span){text, (size_t)len}, RX_O_STAT | flags, RX_FD_UPPER);
    if (fd < 0)
        return fd;
    i64 r = require_directory((u64)fd);
    if (r == 0)
        return fd;
    fd_close((u64)fd);
    return r;
}

i64 rx_chdir(const char *path, size_t len)
{
    char text[RX_PATH_MAX];
    size_t text_len;
    i64 fd = directory_open((struct span){path, len}, 0, text, sizeof(text), &text_len);
    return fd < 0 ? fd : publish(text, text_len, (u64)fd);
}

i64 rx_fchdir(u64 fd)
{
    char told[RX_PATH_MAX], text[RX_PATH_MAX];
    i64 r = require_directory(fd);
    if (r < 0)
        return r;
    i64 len = (i64)redox_fpath_v1(fd, (u8 *)told, sizeof(told));
    if (len < 0)
        return len;
    len = path_canonical((struct span){"", 0}, (struct span){told, (size_t)len}, text,
                         sizeof(text) - 1);
    if (len < 0)
        return len;
    i64 copy = fd_dup(fd, NULL, 0, RX_FD_UPPER, 0);
    return copy < 0 ? copy : publish(text, (size_t)len, (u64)copy);
}

i64 rx_getcwd(char *buf, size_t size)
{
    struct cwd cwd;
    i64 r = cwd_acquire(&cwd);
    if (r < 0)
        return r;
    if (cwd.path.len + 1 > size) {
        r = -ERANGE;
    } else {
        __builtin_memcpy(buf, cwd.path.p, cwd.path.len + 1);
        r = (i64)cwd.path.len;
    }
    cwd_release(&cwd);
    return r;
}
