/* The processor that runs the caller: rdtscp's number, which Linux and our kernel set. */
#include <sched.h>

int sched_getcpu(void)
{
    unsigned low, high, number;

    __asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(number));
    return (int)(number & 0xfff);
}
