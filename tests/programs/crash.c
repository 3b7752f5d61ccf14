/*
 * Dies of a fault, deep in functions of its own: what the report of a death has to name.
 *
 *     crash null | abort | divide | stack
 *     crash overflow      only writes behind a block of the heap, and ends well
 */
#include <stdlib.h>
#include <string.h>

static volatile int zero;
static volatile int one = 1;

/* A local that must be in memory gives a function the frame that a backtrace needs. */

__attribute__((noinline)) static int touch_null(int depth)
{
    volatile int frame = depth;

    frame += *(volatile int *)(long)zero;
    return frame;
}

__attribute__((noinline)) static int divide(int depth)
{
    volatile int frame = depth;

    frame = one / zero;
    return frame;
}

__attribute__((noinline)) static int exhaust_stack(int depth)
{
    volatile char frame[4096];

    frame[0] = (char)depth;
    if (depth < zero) /* never */
        return 0;
    return exhaust_stack(depth + 1) + frame[0];
}

__attribute__((noinline)) static int overflow(int size)
{
    volatile char *block = malloc((size_t)size);

    if (block) {
        block[size] = 1;
        block[size] = 0;
        free((void *)block);
    }
    return 0;
}

__attribute__((noinline)) static int crash_here(const char *how)
{
    volatile int result = 0;

    if (strcmp(how, "null") == 0)
        result = touch_null(0);
    else if (strcmp(how, "divide") == 0)
        result = divide(1);
    else if (strcmp(how, "stack") == 0)
        result = exhaust_stack(0);
    else if (strcmp(how, "overflow") == 0)
        result = overflow(one * 13);
    else
        abort();
    return result;
}

int main(int argc, char **argv)
{
    /* What comes after the call keeps it from being a jump, and this frame from being lost. */
    one = argc > 1 ? crash_here(argv[1]) : 2;
    return one;
}
