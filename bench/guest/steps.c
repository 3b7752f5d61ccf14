/*
 * What is counted instruction by instruction (bench/metal.py): each operation is done some times,
 * with a call of mark() before each, so that whoever sees all addresses that are executed finds
 * where one ends and the next begins.
 *
 *     steps KIND...      null | read | fault
 *
 * For each it says "ready" and waits for a byte before the counted part.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <redox/rt.h>

#define TIMES 24
#define WARM_UP 64
#define PAGE 4096

__attribute__((noinline)) void mark(void);

/* A run of instructions that no other program has at this address. */
void mark(void)
{
    __asm__ volatile("nop; nop; nop; nop; nop; nop; nop; nop");
}

static bool wait_for_byte(void)
{
    char c;

    puts("ready");
    fflush(stdout);
    return read(0, &c, 1) == 1;
}

static bool null_calls(void)
{
    static const u64 args[6];

    for (int i = 0; i < TIMES; i++) {
        mark();
        if (rx_call(UMK_NULL, args, NULL, 0, NULL, 0, NULL) != 0)
            return false;
    }
    return true;
}

static bool warm_up(int fd)
{
    char c;

    for (int i = 0; i < WARM_UP; i++)
        if (read(fd, &c, 1) != 1)
            return false;
    return true;
}

static bool reads(int fd)
{
    char c;

    for (int i = 0; i < TIMES; i++) {
        mark();
        if (read(fd, &c, 1) != 1)
            return false;
    }
    return true;
}

static bool faults(volatile char *pages)
{
    for (int i = 0; i < TIMES; i++) {
        mark();
        pages[i * PAGE] = 1;
    }
    return true;
}

static bool run(const char *kind)
{
    if (strcmp(kind, "null") == 0)
        return wait_for_byte() && null_calls();
    if (strcmp(kind, "read") == 0) {
        int fd = open("/scheme/zero", O_RDONLY);

        return fd >= 0 && warm_up(fd) && wait_for_byte() && reads(fd);
    }
    if (strcmp(kind, "fault") == 0) {
        void *p =
            mmap(NULL, TIMES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        return p != MAP_FAILED && wait_for_byte() && faults(p);
    }
    return false;
}

int main(int argc, char **argv)
{
    bool well = argc > 1;

    for (int i = 1; i < argc && well; i++) {
        well = run(argv[i]);
        mark();
    }
    puts(well ? "done" : "steps: it did not work");
    return well ? 0 : 1;
}
