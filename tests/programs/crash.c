/*
 * Dies of a fault, deep in functions of its own: what the report of a death has to name.
 *
 *     crash null | abort | divide | stack
 */
#include <stdlib.h>
#include <string.h>

static volatile int zero;

__attribute__((noinline)) static int touch_null(int depth)
{
    return *(volatile int *)(long)(depth + zero);
}

__attribute__((noinline)) static int divide(int depth)
{
    return depth / zero;
}

__attribute__((noinline)) static int exhaust_stack(int depth)
{
    volatile char frame[4096];

    frame[0] = (char)depth;
    if (depth < zero) /* never */
        return 0;
    return exhaust_stack(depth + 1) + frame[0];
}

__attribute__((noinline)) static int crash_here(const char *how)
{
    int result = 0;

    if (strcmp(how, "null") == 0)
        result = touch_null(0);
    else if (strcmp(how, "divide") == 0)
        result = divide(1);
    else if (strcmp(how, "stack") == 0)
        result = exhaust_stack(0);
    else
        abort();
    /* What comes after the call keeps it from being a jump, so that this frame is there. */
    zero = result;
    return result;
}

int main(int argc, char **argv)
{
    return argc > 1 ? crash_here(argv[1]) : 2;
}
