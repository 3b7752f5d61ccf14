/*
 * Makes one host system call that no program of the system may make.
 *
 *     hostile_syscall NAME
 *
 * It should not come back from it. When it does: status 3 after a refusal with an error, and 4,
 * with a line on stdout, when the host did it.
 */
#include <stdio.h>
#include <string.h>

#define LOCAL_SIGCHLD 17L

struct forbidden {
    const char *name;
    long number;
    long args[6];
};

static char path[] = "/etc/passwd";
static char buffer[4096];
static long vector[2]; /* an iovec: buffer and its size */
static char *no_strings[1];

#define P(x) ((long)(x))

static struct forbidden calls[] = {
    {"read", 0, {3, P(buffer), 8}},
    {"write_other_length", 1, {3, P(buffer), 7}},
    {"open", 2, {P(path), 0}},
    {"openat", 257, {-100, P(path), 0}},
    {"openat2", 437, {-100, P(path), P(buffer), 24}},
    {"stat", 4, {P(path), P(buffer)}},
    {"dup", 32, {3}},
    {"dup2", 33, {3, 60}},
    {"fcntl", 72, {3, 0, 50}},
    {"ioctl", 16, {3, 0x5401, P(buffer)}},
    {"socket", 41, {1, 1, 0}},
    {"socketpair", 53, {1, 1, 0, P(buffer)}},
    {"sendmsg", 46, {3, P(buffer), 0}},
    {"pipe", 22, {P(buffer)}},
    {"eventfd", 290, {0, 0}},
    {"memfd_create", 319, {P(path), 0}},
    {"ftruncate", 77, {3, 0}},
    {"execve", 59, {P(path), P(no_strings), P(no_strings)}},
    {"execveat", 322, {-100, P(path), P(no_strings), P(no_strings), 0}},
    {"fork", 57, {0}},
    {"vfork", 58, {0}},
    {"clone_not_granted", 56, {LOCAL_SIGCHLD}},
    {"clone_ungranted_fork", 56, {0x8000 | LOCAL_SIGCHLD}},
    {"clone_ungranted_thread", 56, {0x50f00, P(buffer) + 4096}},
    {"clone_newuser", 56, {0x10000000 | LOCAL_SIGCHLD}},
    {"clone_newnet", 56, {0x40000000 | LOCAL_SIGCHLD}},
    {"clone_files", 56, {0x400 | 0x100 | LOCAL_SIGCHLD}},
    {"clone3", 435, {P(buffer), 88}},
    {"unshare", 272, {0x10000000}},
    {"setns", 308, {3, 0}},
    {"ptrace", 101, {0, 0, 0, 0}},
    {"kill", 62, {1, 0}},
    {"tkill", 200, {1, 0}},
    {"tgkill", 234, {1, 1, 0}},
    {"rt_sigqueueinfo", 129, {1, 10, P(buffer)}},
    {"pidfd_open", 434, {1, 0}},
    {"pidfd_send_signal", 424, {3, 9, 0, 0}},
    {"process_vm_readv", 310, {1, P(vector), 1, P(vector), 1, 0}},
    {"process_vm_writev", 311, {1, P(vector), 1, P(vector), 1, 0}},
    {"io_uring_setup", 425, {8, P(buffer)}},
    {"userfaultfd", 323, {1}},
    {"bpf", 321, {0, P(buffer), 64}},
    {"perf_event_open", 298, {P(buffer), 0, -1, -1, 0}},
    {"mmap_shared_anonymous", 9, {0, 4096, 3, 0x21, -1, 0}},
    {"mmap_write_and_execute", 9, {0, 4096, 7, 0x22, -1, 0}},
    {"mmap_grows_down", 9, {0, 4096, 3, 0x122, -1, 0}},
    {"mmap_locked", 9, {0, 4096, 3, 0x2022, -1, 0}},
    {"mmap_huge", 9, {0, 1 << 21, 3, 0x40022, -1, 0}},
    {"mprotect_write_and_execute", 10, {P(buffer), 4096, 7}},
    {"mremap", 25, {P(buffer), 4096, 8192, 1}},
    {"mlock", 149, {P(buffer), 4096}},
    {"madvise_free", 28, {P(buffer), 4096, 8}},
    {"brk", 12, {0}},
    {"shmget", 29, {0, 4096, 01600}},
    {"prctl_dumpable", 157, {4, 1}},
    {"prctl_no_seccomp", 157, {22, 0, 0}},
    {"seccomp", 317, {0, 0, 0}},
    {"prlimit", 302, {0, 2, P(buffer), 0}},
    {"setrlimit", 160, {2, P(buffer)}},
    {"setuid", 105, {0}},
    {"chroot", 161, {P(path)}},
    {"mount", 165, {P(path), P(path), P(path), 0, 0}},
    {"futex_requeue", 202, {P(buffer), 3, 1, 1, P(buffer) + 64, 0}},
    {"futex_lock_pi", 202, {P(buffer), 6, 0, 0}},
    {"sched_setaffinity", 203, {0, 8, P(buffer)}},
    {"getppid", 110, {0}},
    {"unknown_number", 4000, {0}},
    {"x32_getpid", 0x40000000 + 39, {0}},
};

static long call_host(const struct forbidden *f)
{
    long result;
    register long r10 __asm__("r10") = f->args[3];
    register long r8 __asm__("r8") = f->args[4];
    register long r9 __asm__("r9") = f->args[5];

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(f->number), "D"(f->args[0]), "S"(f->args[1]), "d"(f->args[2]), "r"(r10),
                       "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* The 32-bit entry: another table of numbers, which a filter for this one would misread. */
static long call_host_32(void)
{
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
    return result;
}

static int tell(const char *name, long result)
{
    if (result < 0 && result > -4096)
        return 3;
    printf("ALLOWED %s: %ld\n", name, result);
    return 4;
}

int main(int argc, char **argv)
{
    vector[0] = P(buffer);
    vector[1] = (long)sizeof(buffer);
    for (unsigned i = 0; argc > 1 && i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (strcmp(calls[i].name, argv[1]) == 0)
            return tell(argv[1], call_host(&calls[i]));
    }
    if (argc > 1 && strcmp(argv[1], "int80_getpid") == 0)
        return tell(argv[1], call_host_32());
    for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        puts(calls[i].name);
    puts("int80_getpid");
    return argc > 1 ? 2 : 0;
}
