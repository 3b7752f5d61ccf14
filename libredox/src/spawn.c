/*
 * Starting programs: spawn (a new process) and exec (this one). Both hand the kernel
 * a head, struct spawn_args and the actions on the descriptor table, and a block with the
 * arguments, the environment and the working directory, which the new program's entry
 * code reads and the kernel does not.
 *
 * A block that fits goes along with the head; a bigger one goes in a memory object.
 *
 * The child's table is a copy of this one's. Where it shall have another working directory or
 * namespace, an action puts that in the place of ours, so that ours does not stay in it.
 */
#include "upper.h"

#define PACKED_MAX 8192u /* head and small block, on the stack */
#define OWN_ACTIONS 2u   /* ours: namespace, working directory */

/* What the block says besides the strings. */
struct surroundings {
    struct span cwd;
    u64 cwd_fd, ns_fd;
    u32 nactions;
    struct spawn_action actions[OWN_ACTIONS];
};

struct sizes {
    u32 argc, envc;
    u64 strings; /* bytes with NULs, without the working directory */
};

static i64 count_strings(char *const *list, u32 *count, u64 *bytes)
{
    *count = 0;
    for (size_t i = 0; list && list[i]; i++) {
        *bytes += __builtin_strlen(list[i]) + 1;
        if (*bytes > EXEC_BLOCK_MAX)
            return -E2BIG;
        ++*count;
    }
    return 0;
}

static i64 measure(const struct rx_spawn *s, struct sizes *out)
{
    out->strings = 0;
    i64 r = count_strings(s->argv, &out->argc, &out->strings);
    return r < 0 ? r : count_strings(s->envp, &out->envc, &out->strings);
}

static u64 cwd_bytes(const struct surroundings *in)
{
    return in->cwd.len > 0 ? in->cwd.len + 1 : 0;
}

static u64 block_size(const struct sizes *sizes, const struct surroundings *in)
{
    return sizeof(struct exec_block) + sizes->strings + cwd_bytes(in);
}

/* Copies count strings to at, which ends at end. Another thread may change what they say
 * meanwhile, so the sizes are checked again; NULL: they have grown. */
static u8 *copy_strings(u8 *at, const u8 *end, char *const *list, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        size_t len = list[i] ? __builtin_strlen(list[i]) : 0;
        if (len + 1 > (size_t)(end - at))
            return NULL;
        __builtin_memcpy(at, list[i] ? list[i] : "", len);
        at[len] = '\0';
        at += len + 1;
    }
    return at;
}

/* Writes the block to out, block_size bytes. -EAGAIN: the strings changed meanwhile. */
static i64 fill_block(const struct rx_spawn *s, const struct sizes *sizes,
                      const struct surroundings *in, u8 *out)
{
    u8 *at = out + sizeof(struct exec_block);
    const u8 *end = at + sizes->strings;
    at = copy_strings(at, end, s->argv, sizes->argc);
    if (at)
        at = copy_strings(at, end, s->envp, sizes->envc);
    if (at != end)
        return -EAGAIN;
    u64 cwd_len = cwd_bytes(in);
    if (cwd_len > 0) {
        __builtin_memcpy(at, in->cwd.p, in->cwd.len);
        at[in->cwd.len] = '\0';
    }
    const struct exec_block header = {.magic = EXEC_BLOCK_MAGIC,
                                      .argc = sizes->argc,
                                      .envc = sizes->envc,
                                      .umask = s->umask,
                                      .cwd_fd = in->cwd_fd,
                                      .ns_fd = in->ns_fd,
                                      .strings_len = sizes->strings + cwd_len,
                                      .cwd_len = (u32)cwd_len};
    __builtin_memcpy(out, &header, sizeof(header));
    return 0;
}

/* A memory object holding the block. Result: descriptor, in the upper table. */
static i64 block_object(const struct rx_spawn *s, const struct sizes *sizes,
                        const struct surroundings *in, u64 size)
{
    i64 fd = open_in_namespace(SPAN("memory"), SPAN(""), RX_O_RDWR | RX_O_CLOEXEC, RX_FD_UPPER);
    if (fd < 0)
        return fd;
    u64 pages = (size + PAGE_MASK) & ~(u64)PAGE_MASK;
    i64 r = (i64)redox_ftruncate_v0((size_t)fd, pages);
    if (r < 0)
        goto fail;
    r = gate_mmap((u64)fd, 0, pages, RX_PROT_READ | RX_PROT_WRITE | RX_MAP_SHARED, 0);
    if (RX_IS_ERR(r))
        goto fail;
    u64 address = (u64)r;
    r = fill_block(s, sizes, in, (u8 *)(uintptr_t)address);
    gate_munmap(address, pages);
    if (r == 0)
        return fd;
fail:
    fd_close((u64)fd);
    return r;
}

/* The head as the kernel takes it. Result: length, or -E2BIG. */
static i64 fill_head(const struct rx_spawn *s, const struct surroundings *in, u8 *out)
{
    const struct spawn_args args = {.flags = s->flags,
                                    .pgid = s->pgid,
                                    .uid = s->uid,
                                    .gid = s->gid,
                                    .sigallowed = ~s->sigblocked,
                                    .sigignored = s->sigignored};
    size_t own = in->nactions * sizeof(struct spawn_action);
    size_t theirs = s->nactions * sizeof(struct spawn_action);
    if (s->nactions > PACKED_MAX / sizeof(struct spawn_action) ||
        sizeof(args) + own + theirs > PACKED_MAX)
        return -E2BIG;
    __builtin_memcpy(out, &args, sizeof(args));
    __builtin_memcpy(out + sizeof(args), in->actions, own);
    if (theirs > 0)
        __builtin_memcpy(out + sizeof(args) + own, s->actions, theirs);
    return (i64)(sizeof(args) + own + theirs);
}

static i64 start(u32 op, const struct rx_spawn *s, const struct surroundings *in)
{
    struct sizes sizes;
    i64 r = measure(s, &sizes);
    if (r < 0)
        return r;
    u64 size = block_size(&sizes, in);
    if (size > EXEC_BLOCK_MAX)
        return -E2BIG;
    _Alignas(8) u8 packed[PACKED_MAX];
    i64 head = fill_head(s, in, packed);
    if (head < 0)
        return head;
    struct gate_buf buf = {.in = packed, .in_len = (size_t)head};
    u64 block_fd = RX_ANON_FD;
    if (size <= PACKED_MAX - (u64)head) {
        r = fill_block(s, &sizes, in, packed + head);
        buf.in_len += size;
    } else {
        r = block_object(s, &sizes, in, size);
        if (r >= 0)
            block_fd = (u64)r;
    }
    if (r < 0)
        return r;
    r = gate_call(
        op, GATE_ARGS(s->image, block_fd, size, s->nactions + in->nactions, s->flags, buf.in_len),
        &buf, NULL);
    if (block_fd != RX_ANON_FD)
        fd_close(block_fd);
    return r;
}

/* Where our own descriptor is replaced by `from` in the child. Without one of our own, the child
 * uses the number as it is. */
static u64 replace_in_child(struct surroundings *in, u64 own, u64 from)
{
    if (own == RX_FD_NONE || own == from)
        return from;
    in->actions[in->nactions++] = (struct spawn_action){SPAWN_DUP2, 0, from, own};
    return own;
}

static struct surroundings same_as_ours(const struct cwd *cwd)
{
    return (struct surroundings){.cwd = cwd->path, .cwd_fd = cwd->fd, .ns_fd = namespace_fd()};
}

/* Our working directory, or none. */
static bool own_cwd(struct cwd *cwd)
{
    if (cwd_acquire(cwd) == 0)
        return true;
    *cwd = (struct cwd){.path = {"", 0}, .fd = RX_FD_NONE};
    return false;
}

i64 rx_spawn(const struct rx_spawn *s)
{
    char text[RX_PATH_MAX];
    size_t text_len = 0;
    i64 new_cwd = -1;
    struct cwd cwd;
    bool have_cwd = own_cwd(&cwd);
    struct surroundings in = same_as_ours(&cwd);
    i64 r = 0;
    if (s->ns_fd != RX_FD_NONE)
        in.ns_fd = replace_in_child(&in, in.ns_fd, s->ns_fd);
    if (s->cwd) {
        /* closed at exec only where the child's copy of our own takes its place */
        u32 flags = have_cwd ? RX_O_CLOEXEC : 0;
        new_cwd = directory_open((struct span){s->cwd, __builtin_strlen(s->cwd)}, flags, text,
                                 sizeof(text), &text_len);
        if (new_cwd < 0) {
            r = new_cwd;
        } else {
            in.cwd = (struct span){text, text_len};
            in.cwd_fd = replace_in_child(&in, in.cwd_fd, (u64)new_cwd);
        }
    }
    if (r == 0)
        r = start(UMK_SPAWN, s, &in);
    if (new_cwd >= 0)
        fd_close((u64)new_cwd);
    if (have_cwd)
        cwd_release(&cwd);
    return r;
}

i64 rx_exec(const struct rx_spawn *s)
{
    struct rx_spawn plain = *s;
    plain.actions = NULL;
    plain.nactions = 0;
    plain.flags = 0;
    struct cwd cwd;
    bool have_cwd = own_cwd(&cwd);
    const struct surroundings in = same_as_ours(&cwd);
    i64 r = start(UMK_EXEC, &plain, &in);
    if (have_cwd)
        cwd_release(&cwd);
    return r;
}
