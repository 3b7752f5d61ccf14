/* GNU's traps of floating point exceptions: the mask bits of x87 and SSE, kept the same. */
#include <fenv.h>

static unsigned short x87_control(void)
{
    unsigned short word;

    __asm__ volatile("fnstcw %0" : "=m"(word));
    return word;
}

static int set_enabled(int set, int clear)
{
    unsigned short word = x87_control();
    unsigned mxcsr;
    int old = ~word & FE_ALL_EXCEPT;

    set &= FE_ALL_EXCEPT;
    clear &= FE_ALL_EXCEPT;
    word = (unsigned short)((word & ~set) | clear);
    __asm__ volatile("fldcw %0" : : "m"(word));
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    mxcsr = (mxcsr & ~((unsigned)set << 7)) | ((unsigned)clear << 7);
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
    return old;
}

int feenableexcept(int exceptions)
{
    return set_enabled(exceptions, 0);
}

int fedisableexcept(int exceptions)
{
    return set_enabled(0, exceptions);
}

int fegetexcept(void)
{
    return ~x87_control() & FE_ALL_EXCEPT;
}
