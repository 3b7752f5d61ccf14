/*
 * init, pid 1: brings the system up, keeps its services alive, and waits for its end.
 *
 *   1 starts initfs out of the boot archive
 *   2 reads the units of the archive; starts logd alone, so that the rest has a log
 *   3 starts 00_runtime.target and 90_initfs.target with all that they need
 *   4 reads and starts the units of the root file system, if there is one
 *   5 starts the command of the console, or a login prompt; its end ends the system
 *
 * A phase ends when every unit is settled (service.h), which no single service can put off for
 * longer than its start_timeout_ms. init is one thread with one loop and never waits for a server:
 * whatever it asks of one is an asynchronous call.
 */
#include "redox/scheme.h"
#include "servers/init/aopen.h"
#include "servers/init/boot.h"
#include "servers/init/console.h"
#include "servers/init/launch.h"
#include "servers/init/loader.h"
#include "servers/init/log.h"
#include "servers/init/supervisor.h"
#include "servers/init/units.h"

#include <stdio.h>
#include <string.h>

#define INITFS "/scheme/initfs"
#define LOG_UNIT "00_logd.service"
#define STATUS_NO_SYSTEM 2u /* the boot archive or the root file system is of no use */

enum phase { PHASE_INITFS, PHASE_LOG, PHASE_ARCHIVE, PHASE_ROOT, PHASE_CONSOLE };

static enum phase phase;
static bool have_root;
static struct words env;  /* our own */
static struct words base; /* of every service */
static struct units units = {.env = &env};
static struct unit *initfs;

static void next_phase(void);

static void report(const char *line)
{
    log_line("%s", line);
}

/* Starts what may start; ends the phase when nothing is left to wait for. A service may settle
 * while it is being started, which comes back here: `busy` makes that a turn of the loop. */
static void run_units(void)
{
    static bool busy, again;
    again = true;
    if (busy)
        return;
    busy = true;
    while (again) {
        again = false;
        for (struct unit *u; (u = units_next(&units)) != NULL;) {
            log_step("starting %s", u->description ? u->description : u->name);
            supervisor_start(u);
        }
    }
    busy = false;
    if (units_all_settled(&units))
        next_phase();
}

static void unit_settled(struct unit *u)
{
    u->progress = UNIT_SETTLED;
    if (u != initfs)
        run_units();
    else if (phase == PHASE_INITFS)
        next_phase();
}

static void unit_ready(struct unit *u)
{
    if (strcmp(u->name, LOG_UNIT) == 0)
        log_attach();
}

/* PATH and library path of services, as Redox's init sets them. */
static void set_prefix(const char *prefix)
{
    char pair[300];
    snprintf(pair, sizeof pair, "PATH=%s/bin", prefix);
    words_set(&base, pair);
    snprintf(pair, sizeof pair, "LD_LIBRARY_PATH=%s/lib", prefix);
    words_set(&base, pair);
    units_forget_files(&units);
}

static void archive_loaded(bool found)
{
    if (!found)
        log_line("the boot archive has no units");
    units_load(&units, LOG_UNIT);
    phase = PHASE_LOG;
    run_units();
}

static void archive_cwd_opened(void *arg, i64 fd)
{
    (void)arg;
    if (fd < 0) {
        log_line("initfs does not work: error %d", (int)-fd);
        boot_shutdown(STATUS_NO_SYSTEM);
        return;
    }
    launch_set_cwd(INITFS, (u64)fd);
    loader_run(INITFS, INITFS "/etc", &units, &base, archive_loaded);
}

static void root_loaded(bool found)
{
    log_step("the root file system has %s", found ? "units" : "no units");
    units_load_all(&units);
    run_units();
}

/* Somebody named a root file system and a command. The command is meant for that one, and does not
 * run without it; a prompt does, so that one can look what is wrong. */
static bool command_needs_root(void)
{
    struct words command = {0};
    bool is_given = words_get(&env, "UMK_ROOT") && console_command(&env, &command) > 0;

    words_clear(&command);
    return is_given;
}

static void root_opened(void *arg, i64 fd)
{
    (void)arg;
    if (fd < 0) {
        log_line("there is no root file system: error %d", (int)-fd);
        if (command_needs_root())
            boot_shutdown(STATUS_NO_SYSTEM);
        else
            next_phase();
        return;
    }
    have_root = true;
    launch_set_cwd("/", (u64)fd);
    set_prefix("/usr");
    loader_run("/usr", "/etc", &units, &base, root_loaded);
}

static void start_archive_units(void)
{
    units.runtime = units_load(&units, "00_runtime.target");
    units_load(&units, "90_initfs.target");
    run_units();
}

/* The callee of each case comes back here when its phase is over, perhaps before it returns. */
static void next_phase(void)
{
    switch (phase) {
    case PHASE_INITFS:
        phase = PHASE_LOG;
        set_prefix(INITFS);
        aopen(INITFS, RX_O_STAT | RX_O_DIRECTORY, RX_FD_UPPER, archive_cwd_opened, NULL);
        break;
    case PHASE_LOG:
        phase = PHASE_ARCHIVE;
        start_archive_units();
        break;
    case PHASE_ARCHIVE:
        phase = PHASE_ROOT;
        aopen("/", RX_O_STAT | RX_O_DIRECTORY, RX_FD_UPPER, root_opened, NULL);
        break;
    case PHASE_ROOT:
        phase = PHASE_CONSOLE;
        console_start(&env, have_root);
        break;
    case PHASE_CONSOLE: /* units that settle late */
        break;
    }
}

extern char **environ;

static void read_environment(void)
{
    for (char **entry = environ; *entry; entry++)
        words_set(&env, *entry);
    boot_environment(&env);
    const char *level = words_get(&env, "INIT_LOG_LEVEL");
    log_verbose = level && (strcmp(level, "DEBUG") == 0 || strcmp(level, "TRACE") == 0);
    words_set(&base, "RUST_BACKTRACE=1");
}

int main(void)
{
    static const struct supervisor_config config = {
        .env = &env, .base = &base, .settled = unit_settled, .ready = unit_ready};
    if (scheme_loop_init() < 0)
        rx_panic("init: the kernel gives no loop");
    log_init();
    read_environment();
    units.report = report;
    supervisor_init(&config);
    i64 image = boot_initfs_image();
    initfs = boot_initfs_unit();
    if (image < 0 || !initfs) {
        log_line("%s: error %d",
                 image == -EBADMSG  ? "the boot archive is damaged or cut off"
                 : image == -ENOENT ? "bin/initfs is not in the boot archive"
                                    : "initfs cannot be started",
                 (int)-image);
        boot_shutdown(STATUS_NO_SYSTEM);
    } else {
        supervisor_start_builtin(initfs, (u64)image, BOOT_ARCHIVE_FD);
    }
    scheme_run();
}
