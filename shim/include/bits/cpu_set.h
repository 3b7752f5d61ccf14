/* Sets of processors. */
#ifndef _BITS_CPU_SET_H
#define _BITS_CPU_SET_H

#define CPU_SETSIZE 1024
typedef struct {
    unsigned long __bits[CPU_SETSIZE / 64];
} cpu_set_t;

#define __UMK_CPU_WORD(cpu) ((unsigned)(cpu) / 64 % (CPU_SETSIZE / 64))
#define __UMK_CPU_BIT(cpu) (1ul << ((unsigned)(cpu) % 64))
#define CPU_ZERO(set) __builtin_memset(set, 0, sizeof(cpu_set_t))
#define CPU_SET(cpu, set) ((void)((set)->__bits[__UMK_CPU_WORD(cpu)] |= __UMK_CPU_BIT(cpu)))
#define CPU_CLR(cpu, set) ((void)((set)->__bits[__UMK_CPU_WORD(cpu)] &= ~__UMK_CPU_BIT(cpu)))
#define CPU_ISSET(cpu, set) (((set)->__bits[__UMK_CPU_WORD(cpu)] & __UMK_CPU_BIT(cpu)) != 0)
#define CPU_EQUAL(a, b) (__builtin_memcmp(a, b, sizeof(cpu_set_t)) == 0)
#define CPU_COUNT(set)                                          \
    __extension__({                                             \
        int __count = 0;                                        \
        for (unsigned __i = 0; __i < CPU_SETSIZE / 64; __i++)   \
            __count += __builtin_popcountl((set)->__bits[__i]); \
        __count;                                                \
    })

#endif
