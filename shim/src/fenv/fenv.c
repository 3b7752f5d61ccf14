/*
 * <fenv.h>. Both units have exception flags and a rounding mode: flags are read from both and
 * raised in SSE's; modes are set in both.
 */
#include <fenv.h>
#include "shim/src/internal/thread.h"

#define ROUND_MASK 0xc00u
#define MXCSR_ROUND_SHIFT 3
#define MXCSR_DEFAULT 0x1f80u

static u32 get_mxcsr(void)
{
    u32 x;

    __asm__ volatile("stmxcsr %0" : "=m"(x));
    return x;
}

static void set_mxcsr(u32 x)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(x));
}

static u32 x87_status(void)
{
    u16 x;

    __asm__ volatile("fnstsw %0" : "=am"(x));
    return x;
}

static u32 x87_control(void)
{
    u16 x;

    __asm__ volatile("fnstcw %0" : "=m"(x));
    return x;
}

int feclearexcept(int mask)
{
    u32 flags = (u32)mask & FE_ALL_EXCEPT, old = x87_status() & FE_ALL_EXCEPT;
    u32 mxcsr = get_mxcsr();

    /* x87 can only clear all of its flags: those to keep go to SSE */
    if (old)
        __asm__ volatile("fnclex");
    set_mxcsr((mxcsr | (old & ~flags)) & ~flags);
    return 0;
}

int feraiseexcept(int mask)
{
    set_mxcsr(get_mxcsr() | ((u32)mask & FE_ALL_EXCEPT));
    return 0;
}

int fetestexcept(int mask)
{
    return (int)((x87_status() | get_mxcsr()) & (u32)mask & FE_ALL_EXCEPT);
}

int fegetexceptflag(fexcept_t *flags, int mask)
{
    *flags = (fexcept_t)fetestexcept(mask);
    return 0;
}

int fesetexceptflag(const fexcept_t *flags, int mask)
{
    feclearexcept(mask & ~*flags);
    return feraiseexcept(mask & *flags);
}

int fegetround(void)
{
    return (int)(get_mxcsr() >> MXCSR_ROUND_SHIFT & ROUND_MASK);
}

int fesetround(int mode)
{
    if ((u32)mode & ~ROUND_MASK)
        return -1;
    u16 control = (u16)((x87_control() & ~ROUND_MASK) | (u32)mode);
    __asm__ volatile("fldcw %0" : : "m"(control));
    set_mxcsr((get_mxcsr() & ~(ROUND_MASK << MXCSR_ROUND_SHIFT)) | (u32)mode << MXCSR_ROUND_SHIFT);
    return 0;
}

int fegetenv(fenv_t *env)
{
    /* storing masks all x87 exceptions, so it is loaded again */
    __asm__ volatile("fnstenv %0\n\tfldenv %0" : "=m"(env->__x87));
    env->__mxcsr = get_mxcsr();
    return 0;
}

int fesetenv(const fenv_t *env)
{
    if (env == FE_DFL_ENV) {
        __asm__ volatile("fninit");
        set_mxcsr(MXCSR_DEFAULT);
        return 0;
    }
    __asm__ volatile("fldenv %0" : : "m"(env->__x87));
    set_mxcsr(env->__mxcsr);
    return 0;
}

int feholdexcept(fenv_t *env)
{
    fegetenv(env);
    return feclearexcept(FE_ALL_EXCEPT);
}

int feupdateenv(const fenv_t *env)
{
    int raised = fetestexcept(FE_ALL_EXCEPT);

    fesetenv(env);
    return feraiseexcept(raised);
}

/* The math library calls this name. */
extern int __fesetround(int mode) __attribute__((alias("fesetround")));
