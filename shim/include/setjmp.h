#ifndef _SETJMP_H
#define _SETJMP_H

#include <features.h>

__BEGIN_DECLS
typedef struct {
    unsigned long __regs[8]; /* rbx rbp r12-r15 rsp rip */
    unsigned long __mask;    /* signals blocked, when __mask_saved */
    unsigned long __mask_saved;
} __jmp_buf_tag;
typedef __jmp_buf_tag jmp_buf[1];
typedef __jmp_buf_tag sigjmp_buf[1];

int setjmp(jmp_buf) __attribute__((__returns_twice__));
#define setjmp setjmp
__noreturn void longjmp(jmp_buf, int);
int _setjmp(jmp_buf) __attribute__((__returns_twice__));
__noreturn void _longjmp(jmp_buf, int);
int sigsetjmp(sigjmp_buf, int) __attribute__((__returns_twice__));
#define sigsetjmp sigsetjmp
__noreturn void siglongjmp(sigjmp_buf, int);
__END_DECLS

#endif
