/*
 * Memory that was promised is there: reserves most of what the system has left, lets children use
 * memory that nobody reserved (their stacks and copies of the program's data), as many as there can
 * be, and then touches all it has reserved.
 *
 * Status 0: all of it could be written to. What children could not get is theirs to suffer.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_MAX 100
#define CHILD_STACK (1u << 20)
#define PAGE 4096u

static char data[64 * PAGE] = {1}; /* each child's copy is its own as soon as it writes there */

static __attribute__((noinline)) void use_memory(void)
{
    volatile char stack[CHILD_STACK];

    for (unsigned i = 0; i < sizeof(stack); i += PAGE)
        stack[i] = 1;
    for (unsigned i = 0; i < sizeof(data); i += PAGE)
        ((volatile char *)data)[i] = 2;
}

/* They begin when the pipe's last writer is gone. */
static unsigned start_children(pid_t *pids, const int start[2])
{
    unsigned n = 0;
    char c;

    while (n < CHILDREN_MAX) {
        pid_t pid = fork();

        if (pid < 0)
            break;
        if (pid == 0) {
            close(start[1]);
            read(start[0], &c, 1);
            use_memory();
            for (;;)
                pause();
        }
        pids[n++] = pid;
    }
    return n;
}

/* Most of what is left, untouched. */
static char *reserve(size_t *size)
{
    struct statvfs left;
    char *p;

    if (statvfs("/scheme/memory", &left))
        return NULL;
    *size = (size_t)left.f_bavail * left.f_bsize / 4 * 3;
    p = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

int main(void)
{
    static pid_t pids[CHILDREN_MAX];
    int start[2];
    unsigned started;
    size_t size;
    char *p;

    if (pipe(start))
        return 2;
    started = start_children(pids, start);
    if (!(p = reserve(&size)))
        return 3;
    close(start[0]);
    close(start[1]);
    sleep(2);
    for (size_t i = 0; i < size; i += PAGE)
        *(volatile char *)(p + i) = 1;
    for (unsigned i = 0; i < started; i++)
        kill(pids[i], SIGKILL);
    while (wait(NULL) > 0)
        ;
    printf("%u children, %zu KiB written to\n", started, size >> 10);
    return 0;
}
