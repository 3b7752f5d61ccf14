/*
 * The kernel process: sets the machine up, boots the core, runs the loop, and ends everything.
 *
 * All failures on the way up are one line on standard error and exit status 2.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "umk/host/driver.h"
#include "umk/core/core.h"
#include "umk/host/paged.h"
#include "umk/host/ram.h"

static pid_t supervisor;
static bool debuggable;
static u32 end_status;

/* Exit status when nothing else is wrong but the account of RAM. */
#define ACCOUNT_WRONG 3u

bool kernel_debuggable(void)
{
    return debuggable;
}

void kernel_stop(u32 status)
{
    end_status = status;
    loop_quit();
}

void kernel_exit(int status)
{
    body_kill_all();
    run_dir_remove(supervisor);
    _exit(status);
}

static void *pages(size_t n)
{
    void *p = mmap(NULL, n * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static void entropy(u8 out[32])
{
    while (getrandom(out, 32, 0) != 32)
        ;
}

/* The gate carries these out by itself, from the reply. */
static i64 gate_maps_anon(struct body *b, u64 addr, u64 len, u32 prot)
{
    (void)b;
    (void)addr;
    (void)len;
    (void)prot;
    return 0;
}

static i64 gate_unmaps(struct body *b, u64 addr, u64 len)
{
    (void)b;
    (void)addr;
    (void)len;
    return 0;
}

static struct machine machine = {
    .pages = pages,
    .now = time_now,
    .real_offset = time_real_offset,
    .timer_set = timer_core,
    .entropy = entropy,
    .object_create = object_create,
    .object_destroy = object_destroy,
    .object_alias = object_alias,
    .body_start = body_start,
    .body_fork = body_fork,
    .portal_add = portal_add,
    .portal_remove = portal_remove,
    .body_kill = body_kill,
    .body_release = body_release,
    .body_limit = body_limit,
    .body_stop = body_stop,
    .body_cpu = body_cpu,
    .thread_cpu = body_thread_cpu,
    .nudge = body_nudge,
    .map = share_map,
    .map_anon = gate_maps_anon,
    .protect = gate_maps_anon,
    .unmap = gate_unmaps,
    .channel = share_channel,
    .loop = share_loop,
    .ring = share_ring,
    .reply = body_reply,
    .wake = body_wake,
    .console_write = console_write,
    .console_read = console_read,
    .console_readable = console_readable,
    .console_get = console_get,
    .console_set = console_set,
    .log = log_line,
    .arch = "x86_64",
    .ncpus = 1,
    .stop = kernel_stop,
    .report_fault = report_fault,
};

/* Prints why the system cannot start. */
static _Noreturn void give_up(const char *what, i64 error)
{
    complain("%s: %s", what, strerror((int)-error));
    kernel_exit(2);
}

static void check(const char *what, i64 result)
{
    if (result < 0)
        give_up(what, result);
}

/* Descriptors cost us one per object and three per process. */
static void raise_file_limit(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

static void set_up(const struct options *o)
{
    const char *why;

    check("cannot make an epoll instance", loop_open());
    check("cannot take signals", interrupts_open());
    check("cannot make the kernel page", time_open());
    check("cannot make a timer", timer_open());
    i64 r = nursery_open(&why);
    check(why, r);
    run_dir_make(supervisor);
    log_open(o->verbose);
    debuggable = run_dir_path() && (o->debug || o->nwraps || boot_from_build_tree(o));
    wrap_open(o);
    driver_open(&o->storage);
    console_open();
    service_open();
    check("cannot write the trace", trace_open(o->trace));
}

/* The effects on memory, as bare hardware has them. */
static void emulate_paging(const struct options *o)
{
    core.machine = &machine; /* records of umk/paging come from the core's pools */
    check("cannot make the system's memory", ram_open(o->memory));
    machine.map = paged_map;
    machine.map_anon = paged_map_anon;
    machine.protect = paged_protect;
    machine.unmap = paged_unmap;
    log_text("paging is emulated: programs are not kept from one another's memory");
}

static void boot(const struct options *o)
{
    const char *why = "no reason known";
    struct core_config config = {.memory = o->memory};

    if (o->paged)
        emulate_paging(o);
    config.initfs = boot_archive(o, &config.initfs_size);
    if (!config.initfs)
        kernel_exit(2);
    config.env = boot_environment(o);
    if (!config.env)
        give_up("cannot start", -ENOMEM);
    config.cpus = o->cpus;
    for (u32 s = CONSOLE_IN; s <= CONSOLE_ERR; s++)
        config.console_ttys |= isatty((int)s) ? 1u << s : 0;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    machine.ncpus = cpus > 0 ? (u32)cpus : 1;
    if (o->paged && !config.cpus)
        config.cpus = machine.ncpus; /* as on hardware, all waiting goes through the kernel */
    i64 r = core_boot(&machine, &config, &why);
    if (r < 0) {
        complain("cannot boot: %s (%s)", why, strerror((int)-r));
        kernel_exit(2);
    }
}

void kernel_main(const struct options *o, pid_t of)
{
    supervisor = of;
    prctl(PR_SET_NAME, "umk-kernel");
    /* Blocked with the other interrupts before long; until then it simply ends us. */
    prctl(PR_SET_PDEATHSIG, SIGUSR2);
    if (getppid() != of)
        _exit(2);
    raise_file_limit();
    set_up(o);
    boot(o);
    loop_run();
    if (o->paged && !paged_audit() && !end_status)
        end_status = ACCOUNT_WRONG;
    body_kill_all();
    report_drain();
    trace_close();
    run_dir_remove(supervisor);
    _exit((int)(end_status & 0xff));
}
