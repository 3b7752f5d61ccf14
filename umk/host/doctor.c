/*
 * umk doctor: tries what a system needs of this host, and says what is missing and what that
 * means. Nothing here needs privileges.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "umk/host/host.h"

#define FILES_WANTED 4096u

enum verdict { GOOD, WEAK, BAD };

static bool json, first = true;
static enum verdict worst = GOOD;

static void say(const char *what, enum verdict v, const char *meaning)
{
    static const char *const words[] = {"ok", "weak", "missing"};

    if (v > worst)
        worst = v;
    if (json)
        printf("%s{\"check\":\"%s\",\"result\":\"%s\",\"meaning\":\"%s\"}", first ? "" : ",\n ",
               what, words[v], v == GOOD ? "" : meaning);
    else
        printf("%-8s %s%s%s\n", words[v], what, v == GOOD ? "" : ": ", v == GOOD ? "" : meaning);
    first = false;
}

static bool action_available(u32 action)
{
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static bool memory_file_executable(void)
{
    int fd = memfd_create("umk-doctor", MFD_CLOEXEC | 0x0010u);

    if (fd < 0 && errno == EINVAL)
        fd = memfd_create("umk-doctor", MFD_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool in_path(const char *program)
{
    const char *path = getenv("PATH");
    char *copy = strdup(path ? path : "/usr/bin:/bin"), *rest = copy, file[4096];
    bool found = false;

    for (const char *dir; copy && !found && (dir = strsep(&rest, ":"));) {
        snprintf(file, sizeof file, "%s/%s", dir, program);
        found = access(file, X_OK) == 0;
    }
    free(copy);
    return found;
}

static bool file_starts_with(const char *path, const char *chars)
{
    FILE *f = fopen(path, "re");

    if (!f)
        return false;
    int c = fgetc(f);
    fclose(f);
    return c > 0 && strchr(chars, c);
}

static void check_linux(void)
{
    struct rlimit files;
    int sealed = memory_file("umk-doctor", PAGE_SIZE);

    say("seccomp filters", action_available(SECCOMP_RET_TRAP) ? GOOD : BAD,
        "programs cannot be confined: umk does not run");
    say("seccomp user notification", action_available(SECCOMP_RET_USER_NOTIF) ? GOOD : BAD,
        "needs Linux 5.5: umk does not run");
    say("sealed memory files", sealed >= 0 ? GOOD : BAD, "umk does not run");
    say("read-only descriptors of memory files",
        sealed >= 0 && memory_file_readonly(sealed) >= 0 ? GOOD : BAD,
        "/proc must be mounted: umk does not run");
    say("execution of memory files", memory_file_executable() ? GOOD : WEAK,
        "vm.memfd_noexec forbids it: images become files in the run directory (--debug)");
    getrlimit(RLIMIT_NOFILE, &files);
    say("open files", files.rlim_max >= FILES_WANTED ? GOOD : WEAK,
        "the hard limit is below 4096: large systems run out of descriptors");
    if (sealed >= 0)
        close(sealed);
}

static void check_comfort(void)
{
    say("time stamp counter", !loop_open() && !time_open() && time_usable() ? GOOD : WEAK,
        "Linux does not trust it: reading the clock costs a call to the kernel");
    say("run directory", run_dir_make(getpid()) ? GOOD : WEAK,
        "neither $XDG_RUNTIME_DIR nor /tmp takes executable files: no umk ps, kill, gdb, no log");
    run_dir_remove(getpid());
    say("more than one processor", sysconf(_SC_NPROCESSORS_ONLN) > 1 ? GOOD : WEAK,
        "channels cannot spin: round trips take microseconds");
    say("addr2line (binutils)", in_path("addr2line") ? GOOD : WEAK,
        "reports of faults show addresses, not lines");
    say("gdb", in_path("gdb") ? GOOD : WEAK, "no umk gdb");
    say("valgrind", in_path("valgrind") ? GOOD : WEAK, "servers cannot be wrapped in it");
    say("attaching debuggers",
        !file_starts_with("/proc/sys/kernel/yama/ptrace_scope", "23") ? GOOD : WEAK,
        "kernel.yama.ptrace_scope forbids it: gdb needs root");
}

int doctor(bool as_json)
{
    json = as_json;
    if (json)
        putchar('[');
    check_linux();
    check_comfort();
    if (json)
        puts("]");
    return worst == BAD ? 1 : 0;
}
