/*
 * The effects of services' events; see supervisor.h.
 *
 * A struct run is one process of a service, from the search for its program to the end of its
 * INIT_NOTIFY pipe. The service points to its current run; what an older one still reports is
 * dropped.
 */
#include "servers/init/supervisor.h"
#include "redox/scheme.h"
#include "servers/init/children.h"
#include "servers/init/clock.h"
#include "servers/init/launch.h"
#include "servers/init/log.h"
#include "servers/init/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct supervised {
    struct service service; /* first: an effect gets its address */
    u64 image, extra;       /* RX_FD_NONE: none */
    i64 late_timer;         /* negative: not armed */
};

struct run {
    struct service *service;
    u64 write_end; /* of INIT_NOTIFY, until the process has it; RX_FD_NONE */
    u64 read_end;
    u64 log_fd;   /* standard output of the process to come; RX_FD_NONE */
    bool ended;   /* the process is dead, or was never there */
    bool reading; /* notify_wait will report */
    unsigned tries;
};

/* Programs come from initfs. While that is being started again nothing else can be; that is no
 * fault of the others, so their launch is put off and not counted as a death. */
#define LAUNCH_AGAIN_NS 10000000ull
#define LAUNCH_TRIES 10u /* while initfs seems to be there */
static struct service *initfs;

static struct supervisor_config config;

static bool is_current(const struct run *r)
{
    return r->service->runner == r;
}

static void close_fd(u64 *fd)
{
    if (*fd != RX_FD_NONE)
        redox_close_v1(*fd);
    *fd = RX_FD_NONE;
}

/* A run goes when its process is dead and its pipe is done with. */
static void release(struct run *r)
{
    if (!r->ended || r->reading)
        return;
    if (is_current(r))
        r->service->runner = NULL;
    close_fd(&r->write_end);
    close_fd(&r->read_end);
    close_fd(&r->log_fd);
    free(r);
}

static void process_ended(void *arg, u32 status)
{
    struct run *r = arg;
    struct service *s = r->service;
    bool current = is_current(r);
    r->ended = true;
    if (current)
        s->runner = NULL;
    release(r);
    if (current)
        service_event(s, EV_EXIT, status);
}

static void notified(void *arg, enum notify_result result, u64 root)
{
    struct run *r = arg;
    r->reading = false;
    close_fd(&r->read_end);
    if (is_current(r)) {
        service_event(r->service, result == NOTIFY_READY ? EV_READY : EV_SILENT, (i64)root);
        if (result == NOTIFY_READY && r->service->state == SERVICE_READY)
            config.ready(r->service->unit);
    } else if (result == NOTIFY_READY && root) {
        redox_close_v1(root);
    }
    release(r);
}

static void start_run(struct run *r);

static void start_again(void *arg)
{
    start_run(arg);
}

/* True: a launch that failed will be repeated. */
static bool put_off(struct run *r, i64 error)
{
    if (r->service == initfs || initfs->state == SERVICE_FAILED)
        return false;
    bool is_back = initfs->state == SERVICE_READY;
    bool server_died = error == -ENODEV || error == -EIO;
    if (is_back && (!server_died || ++r->tries > LAUNCH_TRIES))
        return false;
    if (rx_timer(monotonic_ns() + LAUNCH_AGAIN_NS, start_again, r) < 0)
        return false;
    close_fd(&r->read_end);
    return true;
}

static void process_started(void *arg, i64 pid)
{
    struct run *r = arg;
    struct service *s = r->service;
    close_fd(&r->write_end);
    close_fd(&r->log_fd);
    if (pid < 0 && put_off(r, pid))
        return;
    if (pid < 0) {
        r->ended = true;
        release(r);
        service_event(s, EV_MISSING, pid);
        return;
    }
    const struct command *c = &s->unit->commands[s->step];
    if (r->read_end != RX_FD_NONE)
        r->reading = notify_wait(r->read_end, c->ready == READY_SCHEME, notified, r) >= 0;
    if (c->ready == READY_ONESHOT_ASYNC)
        s->runner = NULL; /* nobody waits for it */
    service_event(s, EV_STARTED, pid);
    children_watch(pid, process_ended, r);
}

/* What the process of a command sees: inherited names, base, the unit's own, INIT_NOTIFY. */
static bool make_env(const struct command *c, unsigned notify_fd, struct words *env)
{
    char pair[32];
    if (!words_set_all(env, &c->inherited) || !words_set_all(env, config.base) ||
        !words_set_all(env, &c->envs))
        return false;
    snprintf(pair, sizeof pair, "INIT_NOTIFY=%u", notify_fd);
    return notify_fd == 0 || words_set(env, pair);
}

static void add_dup(struct launch *l, u64 from, u64 to)
{
    l->actions[l->nactions++] = (struct spawn_action){.kind = SPAWN_DUP2, .from = from, .to = to};
}

static i64 make_pipe(struct run *r)
{
    int fds[2];
    i64 result = rx_pipe(fds, RX_O_CLOEXEC);
    if (result < 0)
        return result;
    r->read_end = (u64)fds[0];
    r->write_end = (u64)fds[1];
    return 0;
}

static bool is_skipped(const char *program)
{
    const char *list = words_get(config.env, "INIT_SKIP");
    size_t len = strlen(program);
    while (list && *list) {
        size_t n = strcspn(list, ",");
        if (n == len && memcmp(list, program, n) == 0)
            return true;
        list += n + (list[n] == ',');
    }
    return false;
}

static void start_run(struct run *r)
{
    struct supervised *sv = (struct supervised *)r->service;
    const struct command *c = &r->service->unit->commands[r->service->step];
    struct words env = {0};
    struct launch l = {.argv = &c->argv, .env = &env, .image = RX_FD_NONE};
    i64 result = service_is_daemon(r->service) ? make_pipe(r) : 0;
    unsigned next_fd = 3;
    r->log_fd = log_new_fd(c->scheme && strcmp(c->scheme, "log") == 0);
    for (u64 fd = 0; fd < 3 && r->log_fd != RX_FD_NONE; fd++)
        add_dup(&l, r->log_fd, fd);
    if (sv->extra != RX_FD_NONE)
        add_dup(&l, sv->extra, next_fd++);
    if (sv->image != RX_FD_NONE)
        l.image = redox_dup_v1(sv->image, NULL, 0);
    unsigned notify_fd = r->write_end == RX_FD_NONE ? 0 : next_fd;
    if (notify_fd)
        add_dup(&l, r->write_end, notify_fd);
    if (result == 0 && !make_env(c, notify_fd, &env))
        result = -ENOMEM;
    l.path = words_get(&env, "PATH");
    if (!l.path)
        l.path = "";
    if (result < 0)
        process_started(r, result);
    else
        launch(&l, process_started, r);
    words_clear(&env);
}

/* Effects. */

static void effect_launch(struct service *s)
{
    const struct command *c = &s->unit->commands[s->step];
    if (is_skipped(c->argv.v[0])) {
        log_line("%s: %s is skipped, as INIT_SKIP says", s->unit->name, c->argv.v[0]);
        service_event(s, EV_SKIPPED, 0);
        return;
    }
    struct run *r = malloc(sizeof *r);
    if (!r) {
        service_event(s, EV_MISSING, -ENOMEM);
        return;
    }
    *r = (struct run){
        .service = s, .write_end = RX_FD_NONE, .read_end = RX_FD_NONE, .log_fd = RX_FD_NONE};
    s->runner = r;
    start_run(r);
}

/* A dead predecessor has left its name behind. */
static void effect_publish(struct service *s, u64 root)
{
    const char *name = s->unit->commands[s->step].scheme;
    char path[300];
    u64 ns = redox_get_ns_v0();
    snprintf(path, sizeof path, "/scheme/%s", name);
    u64 spare = redox_dup_v1(root, NULL, 0);
    i64 result = (i64)redox_register_scheme_to_ns_v0(ns, (const u8 *)name, strlen(name), root);
    if (result == -EEXIST) {
        rx_unlinkat(RX_AT_FDCWD, path, strlen(path), 0);
        result = (i64)redox_register_scheme_to_ns_v0(ns, (const u8 *)name, strlen(name), spare);
    } else {
        redox_close_v1(spare);
    }
    if (result < 0)
        log_line("%s: cannot register the scheme %s: error %d", s->unit->name, name, (int)-result);
}

static void retry(void *arg)
{
    service_event(arg, EV_RETRY, 0);
}

static void effect_retry_after(struct service *s, u64 ns)
{
    if (rx_timer(monotonic_ns() + ns, retry, s) < 0)
        log_line("%s: no timer, will not be started again", s->unit->name);
}

static void late(void *arg)
{
    ((struct supervised *)arg)->late_timer = -1;
    service_event(arg, EV_LATE, 0);
}

static void effect_late_after(struct service *s, u64 ns)
{
    struct supervised *sv = (struct supervised *)s;
    sv->late_timer = rx_timer(monotonic_ns() + ns, late, s);
    if (sv->late_timer < 0)
        service_event(s, EV_LATE, 0);
}

static void effect_settled(struct service *s)
{
    struct supervised *sv = (struct supervised *)s;
    if (sv->late_timer >= 0)
        rx_timer_cancel(sv->late_timer);
    sv->late_timer = -1;
    config.settled(s->unit);
}

static void effect_log(const struct service *s, const char *message)
{
    log_line("%s: %s", s->unit->name, message);
}

static void effect_debug(const struct service *s, const char *message)
{
    log_step("%s: %s", s->unit->name, message);
}

static const struct service_effects effects = {
    .now_ns = monotonic_ns,
    .launch = effect_launch,
    .publish = effect_publish,
    .retry_after = effect_retry_after,
    .late_after = effect_late_after,
    .settled = effect_settled,
    .log = effect_log,
    .debug = effect_debug,
};

void supervisor_init(const struct supervisor_config *c)
{
    config = *c;
}

void supervisor_start_builtin(struct unit *u, u64 image, u64 extra)
{
    struct supervised *sv = calloc(1, sizeof *sv);
    if (!sv) {
        log_line("%s: out of memory", u->name);
        config.settled(u);
        return;
    }
    sv->service.unit = u;
    sv->service.effects = &effects;
    if (image != RX_FD_NONE)
        initfs = &sv->service;
    sv->image = image;
    sv->extra = extra;
    sv->late_timer = -1;
    service_event(&sv->service, EV_START, 0);
}

void supervisor_start(struct unit *u)
{
    supervisor_start_builtin(u, RX_FD_NONE, RX_FD_NONE);
}
