/* The console; see console.h. Descriptors 0 to 2 are the console's and init does not use them. */
#include "servers/init/console.h"
#include "redox/scheme.h"
#include "servers/init/boot.h"
#include "servers/init/children.h"
#include "servers/init/launch.h"
#include "servers/init/log.h"

#include <stdio.h>
#include <string.h>

#define ARCHIVE_PATH "/scheme/initfs/bin"
#define COMMAND_PATH "/bin:/usr/bin:" ARCHIVE_PATH
#define STATUS_NOT_FOUND 127u
#define STATUS_NOT_STARTED 126u

static struct words argv;

static void ended(void *arg, u32 status)
{
    (void)arg;
    u32 sig = status & 0x7f;
    boot_shutdown(sig ? 128 + sig : status >> 8 & 0xff);
}

/* The console's interrupt keys go to the command's group (it leads a session of its own). */
static void give_keys(u32 group)
{
    size_t fd = redox_dup_v1(0, (const u8 *)"pgrp", 4);

    if (RX_IS_ERR(fd)) {
        log_line("the console's keys reach nobody: error %d", (int)-(i64)fd);
        return;
    }
    redox_write_v1(fd, (const u8 *)&group, sizeof group);
    redox_close_v1(fd);
}

static void started(void *arg, i64 pid)
{
    if (pid >= 0) {
        give_keys((u32)pid);
        children_watch(pid, ended, arg);
        return;
    }
    char text[256];
    const char *why = pid == -ENOENT    ? "not found"
                      : pid == -EACCES  ? "permission denied"
                      : pid == -ENOEXEC ? "not a program of this system"
                                        : "cannot be started";
    int n = snprintf(text, sizeof text, "umk: %.150s: %s (error %d)\n", argv.v[0], why, (int)-pid);
    redox_write_v1(2, (const u8 *)text, (size_t)n);
    boot_shutdown(pid == -ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_STARTED);
}

static bool add_variable(struct words *to, const struct words *env, const char *name,
                         const char *otherwise)
{
    char pair[512];
    const char *value = words_get(env, name);
    int n = snprintf(pair, sizeof pair, "%s=%s", name, value ? value : otherwise);
    return n > 0 && (size_t)n < sizeof pair && words_set(to, pair);
}

/* /dev/tty is what this names. */
static bool add_terminal(struct words *to)
{
    size_t fd = redox_dup_v1(0, (const u8 *)"termios", 7);
    if (RX_IS_ERR(fd))
        return true; /* the console is none */
    redox_close_v1(fd);
    return words_set(to, "TTY=/scheme/debug/stdin");
}

static bool make_env(const struct words *env, struct words *out)
{
    return add_terminal(out) && words_set(out, "PATH=" COMMAND_PATH) &&
           words_set(out, "HOME=/root") && words_set(out, "USER=root") &&
           words_set(out, "SHELL=/bin/ion") && add_variable(out, env, "TERM", "xterm-256color");
}

/* A login prompt, or root's shell where no user has a password. It leaves on the screen what the
 * boot has written there. */
static bool default_command(bool have_root)
{
    return have_root ? words_add(&argv, "getty") && words_add(&argv, "-J")
                     : words_add(&argv, "ion");
}

void console_start(const struct words *env, bool have_root)
{
    struct words child_env = {0};
    log_leave_console();
    i64 result = console_command(env, &argv);
    if (result == 0)
        result = default_command(have_root) ? 0 : -ENOMEM;
    if (result >= 0 && !make_env(env, &child_env))
        result = -ENOMEM;
    if (result < 0) {
        log_line("the command of the console cannot be used: error %d", (int)-result);
        boot_shutdown(STATUS_NOT_STARTED);
        return;
    }
    const struct launch l = {.argv = &argv,
                             .env = &child_env,
                             .path = have_root ? COMMAND_PATH : ARCHIVE_PATH,
                             .flags = SPAWN_SETSID,
                             .image = RX_FD_NONE};
    launch(&l, started, NULL);
    words_clear(&child_env);
}
