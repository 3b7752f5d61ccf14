/*
 * The sudo daemon: scheme sudo. Each open file is a small state machine, with the uid of whoever
 * opened it. A password that is written is handed to a process of the daemon's own (sudo_check.h),
 * and the write is answered when that has ended. After a right one the client may send the handle
 * on its process, once, which makes it root's, and then open "ns", once, for the daemon's
 * namespace.
 *
 *     ASKING --right password--> READY --handle--> LIFTED --open "ns"--> DONE
 *     CURRENT --right password--> NEW --password stored--> DONE          (passwd)
 */
#include "programs/userutils/common/sudo_check.h"
#include "redox/scheme.h"
#include "umk/abi/portal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT_ID 0u
#define SECRET_MAX 1024u
#define FILES_MAX 64u /* conversations at a time */
#define SELF "/scheme/initfs/bin/sudo"

enum state { FREE, ASKING, READY, LIFTED, CURRENT, NEW, DONE };

struct talk {
    enum state state;
    bool waiting; /* a check is under way; request is to be answered */
    bool closed;  /* by the client meanwhile: free when the check has ended */
    const char *question;
    struct scheme *scheme;
    u64 request;
    size_t len;
    u32 uid;
};

static struct talk talks[FILES_MAX];
static u64 image; /* of this program */

static struct talk *talk_of(u64 id)
{
    return id > ROOT_ID && id <= FILES_MAX && talks[id - 1].state != FREE ? &talks[id - 1] : NULL;
}

static i64 give_namespace(struct talk *t, struct open_result *out)
{
    if (t->state != LIFTED)
        return t->state == DONE ? -EBADFD : -EINVAL;
    size_t ns = redox_dup_v1(redox_get_ns_v0(), NULL, 0);
    if (RX_IS_ERR(ns))
        return (i64)ns;
    t->state = DONE;
    *out = (struct open_result){.kind = OPEN_OTHER_SCHEME, .fd = ns};
    return 0;
}

static i64 start_talk(struct scheme_ctx *c, const char *path, size_t len, struct open_result *out)
{
    bool su = len == 2 && memcmp(path, "su", 2) == 0;
    bool passwd = len == 6 && memcmp(path, "passwd", 6) == 0;
    if (len && !su && !passwd)
        return -ENOENT;
    for (u64 i = 0; i < FILES_MAX; i++) {
        if (talks[i].state != FREE)
            continue;
        talks[i] = (struct talk){.state = passwd ? CURRENT : ASKING,
                                 .question = passwd ? "passwd"
                                             : su   ? "su"
                                                    : "sudo",
                                 .scheme = c->scheme,
                                 .uid = c->uid};
        *out = (struct open_result){.id = i + 1};
        return 0;
    }
    return -ENFILE;
}

static i64 sudo_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    (void)flags, (void)fcntl_flags;
    if (dir == ROOT_ID)
        return start_talk(c, path, len, out);
    struct talk *t = talk_of(dir);
    if (!t)
        return -EBADF;
    if (len != 2 || memcmp(path, "ns", 2) != 0)
        return -ENOENT;
    return give_namespace(t, out);
}

static void checked(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct talk *t = arg;
    (void)data;
    bool yes = result > 0 && ret[0] == RX_STATUS_EXITED(CHECK_YES);
    t->waiting = false;
    if (yes)
        t->state = t->state == ASKING ? READY : t->state == CURRENT ? NEW : DONE;
    if (t->state == NEW)
        t->question = "store";
    i64 answer = yes ? (i64)t->len : -EPERM;
    scheme_answer(t->scheme, t->request, answer);
    if (t->closed)
        t->state = FREE;
}

/* Starts the process that answers the question. The secret is in its environment only, which
 * nobody else can read, and goes with it. */
static i64 start_check(struct talk *t, const char *secret)
{
    char number[48], text[SECRET_MAX + 32];
    char *argv[] = {(char *)"sudo", (char *)"--check", (char *)t->question, NULL};
    char *envp[] = {number, text, NULL};
    snprintf(number, sizeof number, CHECK_UID "=%u", t->uid);
    snprintf(text, sizeof text, CHECK_SECRET "=%s", secret);
    struct rx_spawn s = {
        .image = image, .argv = argv, .envp = envp, .ns_fd = RX_FD_NONE, .umask = 077};
    i64 pid = rx_spawn(&s);
    memset(text, 0, sizeof text);
    __asm__ volatile("" : : "r"(text) : "memory"); /* the clearing is not for nothing */
    if (pid < 0)
        return pid;
    const u64 args[6] = {PROC_WAITPID, (u64)pid};
    return rx_async_call(UMK_PROC, args, NULL, 0, 0, checked, t);
}

/* UTF-8 without NUL, by the rules of well-formed sequences. */
static bool is_text(const u8 *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        u8 b = s[i++];
        size_t more = b < 0x80 ? 0 : b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
        if (b == 0 || (b >= 0x80 && b < 0xC2) || b > 0xF4)
            return false;
        for (size_t n = 0; n < more; n++, i++) {
            if (i >= len || (s[i] & 0xC0) != 0x80)
                return false;
            if (n == 0 && ((b == 0xE0 && s[i] < 0xA0) || (b == 0xED && s[i] > 0x9F) ||
                           (b == 0xF0 && s[i] < 0x90) || (b == 0xF4 && s[i] > 0x8F)))
                return false;
        }
    }
    return true;
}

static i64 sudo_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    char secret[SECRET_MAX];
    struct talk *t = talk_of(id);
    (void)offset;
    if (!t)
        return -EBADF;
    if (t->state == DONE)
        return -EBADFD;
    if (t->waiting || (t->state != ASKING && t->state != CURRENT && t->state != NEW))
        return -EINVAL;
    if (len >= sizeof secret || !is_text(buf, len))
        return -EINVAL;
    memcpy(secret, buf, len);
    secret[len] = '\0';
    i64 r = start_check(t, secret);
    memset(secret, 0, sizeof secret);
    __asm__ volatile("" : : "r"(secret) : "memory");
    if (r < 0)
        return r;
    t->waiting = true;
    t->request = c->request;
    t->len = len;
    return SCHEME_PARKED;
}

/* The client's handle on itself. */
static i64 sudo_on_sendfd(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    struct talk *t = talk_of(id);
    u64 handle;
    (void)meta;
    if (!t || t->state != READY)
        return t && t->state == DONE ? -EBADFD : -EBADF;
    if (n != 1)
        return -EINVAL;
    i64 r = scheme_obtain_fds(c, &handle, 1);
    if (r < 0)
        return r;
    u32 ids[6] = {0};
    const u64 verb = PROC_SETRESUGID;
    r = (i64)redox_sys_call_v0((size_t)handle, (u8 *)ids, sizeof ids, CALL_WRITE, &verb, 1);
    redox_close_v1((size_t)handle);
    if (r < 0)
        return r;
    t->state = LIFTED;
    return 0;
}

static i64 sudo_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    *st = (struct rx_stat){.ino = id + 1, .mode = MODE_CHR | 0666, .nlink = 1, .blksize = 4096};
    return 0;
}

static void sudo_on_close(struct scheme *s, u64 id)
{
    struct talk *t = talk_of(id);
    (void)s;
    if (t && t->waiting)
        t->closed = true;
    else if (t)
        t->state = FREE;
}

static const struct scheme_ops ops = {
    .openat = sudo_openat,
    .write = sudo_write,
    .fstat = sudo_fstat,
    .on_sendfd = sudo_on_sendfd,
    .on_close = sudo_on_close,
};

_Noreturn void sudo_daemon(void)
{
    struct scheme *scheme;
    size_t fd = redox_open_v1((const u8 *)SELF, strlen(SELF), RX_O_RDONLY | RX_O_CLOEXEC, 0);
    if (RX_IS_ERR(fd))
        rx_panic("sudo: cannot open " SELF);
    image = fd;
    i64 r = scheme_create(&ops, NULL, ROOT_ID, &scheme);
    if (r >= 0)
        r = scheme_publish(scheme, "sudo");
    if (r < 0)
        rx_panic("sudo: cannot make the scheme");
    scheme_run();
}
