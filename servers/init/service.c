/* The state machine of services; its states and arrows are drawn in service.h. */
#include "servers/init/service.h"
#include "umk/abi/flags.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct command *command_of(const struct service *s)
{
    return &s->unit->commands[s->step];
}

bool service_is_daemon(const struct service *s)
{
    return s->unit->kind == UNIT_SERVICE && (s->unit->commands[0].ready == READY_NOTIFY ||
                                             s->unit->commands[0].ready == READY_SCHEME);
}

const char *service_state_name(enum service_state state)
{
    static const char *const names[] = {"idle",    "launching", "starting", "ready",
                                        "backoff", "done",      "failed"};
    return names[state];
}

__attribute__((format(printf, 2, 3))) static void say(const struct service *s, const char *form,
                                                      ...)
{
    char message[160];
    va_list args;
    va_start(args, form);
    vsnprintf(message, sizeof message, form, args);
    va_end(args);
    s->effects->log(s, message);
}

static void settle(struct service *s)
{
    if (s->settled)
        return;
    s->settled = true;
    s->effects->settled(s);
}

static void enter(struct service *s, enum service_state state)
{
    s->state = state;
    if (state != SERVICE_STARTING && state != SERVICE_READY)
        s->pid = 0;
    s->effects->debug(s, service_state_name(state));
    if (state == SERVICE_READY || state == SERVICE_DONE || state == SERVICE_FAILED)
        settle(s);
}

static void launch(struct service *s)
{
    enter(s, SERVICE_LAUNCHING);
    s->effects->launch(s);
}

/* How a process ended, for people. */
static void describe_status(u32 status, char *text, size_t size)
{
    u32 sig = status & 0x7f;
    if (sig)
        snprintf(text, size, "was killed by signal %u", sig);
    else
        snprintf(text, size, "exited with status %u", status >> 8 & 0xff);
}

static u64 doubled(u64 first, unsigned times)
{
    u64 delay = first;
    while (times-- > 0 && delay < BACKOFF_MAX_NS)
        delay *= 2;
    return delay < BACKOFF_MAX_NS ? delay : BACKOFF_MAX_NS;
}

/* A daemon is dead, or could not be started: again, later, or never. */
static void daemon_died(struct service *s, const char *how)
{
    u64 delay = 0;
    if (s->state == SERVICE_READY) {
        bool healthy = s->effects->now_ns() - s->ready_at >= HEALTHY_NS;
        s->deaths = 0;
        s->quick = healthy ? 0 : s->quick + 1;
        delay = s->quick > 1 ? BACKOFF_READY_NS : 0;
    } else {
        s->deaths++;
        delay = s->deaths == 1 ? 0 : doubled(BACKOFF_FIRST_NS, s->deaths - 2);
    }
    if (s->deaths >= DEATHS_MAX) {
        say(s, "%s; given up after %u starts without readiness", how, s->deaths);
        enter(s, SERVICE_FAILED);
        return;
    }
    say(s, "%s; starting again in %u ms", how, (unsigned)(delay / 1000000));
    enter(s, SERVICE_BACKOFF);
    s->effects->retry_after(s, delay);
}

/* It has said itself that another start would end the same way. */
static bool is_hopeless(const struct service *s, u32 status)
{
    return !s->was_ready && (status & 0x7f) == 0 && (status >> 8 & 0xff) == EXIT_HOPELESS;
}

/* The step is over, or is not waited for. */
static void next_step(struct service *s)
{
    s->pid = 0;
    if (++s->step < s->unit->ncommands)
        launch(s);
    else
        enter(s, SERVICE_DONE);
}

static void on_started(struct service *s, i64 pid)
{
    s->started_before = true;
    if (command_of(s)->ready == READY_ONESHOT_ASYNC) {
        next_step(s);
        return;
    }
    s->pid = pid;
    enter(s, SERVICE_STARTING);
}

static void on_missing(struct service *s, i64 error)
{
    char how[120];
    snprintf(how, sizeof how, "cannot start %.60s: error %d", command_of(s)->argv.v[0],
             (int)-error);
    if (service_is_daemon(s)) {
        daemon_died(s, how);
        return;
    }
    say(s, "%s", how);
    next_step(s);
}

static void on_exit(struct service *s, u32 status)
{
    char how[80];
    describe_status(status, how, sizeof how);
    if (service_is_daemon(s) && is_hopeless(s, status)) {
        say(s, "%s; not started again", how);
        enter(s, SERVICE_FAILED);
        return;
    }
    if (service_is_daemon(s)) {
        daemon_died(s, how);
        return;
    }
    if (status != 0)
        say(s, "%.60s %s", command_of(s)->argv.v[0], how);
    next_step(s);
}

static void on_ready(struct service *s, i64 root)
{
    if (command_of(s)->ready == READY_SCHEME)
        s->effects->publish(s, (u64)root);
    s->ready_at = s->effects->now_ns();
    s->was_ready = true;
    enter(s, SERVICE_READY);
}

static void on_late(struct service *s)
{
    if (s->settled)
        return;
    say(s, "not ready after %u ms; going on without it", s->unit->start_timeout_ms);
    settle(s);
}

static void on_start(struct service *s)
{
    if (s->unit->ncommands == 0) {
        enter(s, SERVICE_DONE);
        return;
    }
    s->effects->late_after(s, (u64)s->unit->start_timeout_ms * 1000000);
    launch(s);
}

/* Events that do not fit the state come from a process that is not the current one, and are
 * dropped; the effects see to it that EV_READY then carries no descriptor. */
void service_event(struct service *s, enum service_event_kind kind, i64 value)
{
    bool runs = s->state == SERVICE_STARTING || s->state == SERVICE_READY;
    if (kind == EV_LATE)
        on_late(s);
    else if (kind == EV_START && s->state == SERVICE_IDLE)
        on_start(s);
    else if (kind == EV_STARTED && s->state == SERVICE_LAUNCHING)
        on_started(s, value);
    else if (kind == EV_MISSING && s->state == SERVICE_LAUNCHING)
        on_missing(s, value);
    else if (kind == EV_SKIPPED && s->state == SERVICE_LAUNCHING)
        next_step(s);
    else if (kind == EV_READY && s->state == SERVICE_STARTING && service_is_daemon(s))
        on_ready(s, value);
    else if (kind == EV_SILENT && s->state == SERVICE_STARTING && service_is_daemon(s))
        s->effects->debug(s, "has closed INIT_NOTIFY without a word");
    else if (kind == EV_EXIT && runs)
        on_exit(s, (u32)value);
    else if (kind == EV_RETRY && s->state == SERVICE_BACKOFF)
        launch(s);
}
