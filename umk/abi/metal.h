/*
 * What the kernel and the gate of a process agree on when the kernel runs on bare hardware.
 *
 * A program starts at its ELF entry with a stack as on the host: argc 0, no arguments, no
 * environment, then an auxiliary vector, in which AT_UMK_PROCESS says which machine this is. Its
 * process page and main portal lie at PROCESS_BASE, the exec block behind them, the kernel page at
 * KERNEL_PAGE_BASE, as on the host.
 */
#ifndef UMK_ABI_METAL_H
#define UMK_ABI_METAL_H

/* System calls: the number in rax, arguments in rdi, rsi and rdx, the result in rax; rcx and r11
 * are lost, all else is kept. Numbers are far from Linux's, so that a program made for another
 * system is told so. */
/* Handles what is posted in this process, and waits for the answer to the caller's own call. rdi:
 * PROCESS_* flags; rdx: a word to notify before that, or 0. Result: 0, or PROCESS_CHILD in the
 * child of a fork. */
#define METAL_PROCESS 0x7E100001
#define METAL_PROCESS_BASES 1 /* the thread's fs and gs bases are those in its portal now */
/* Only the caller's own call, which is complete but for its bit in the process page. */
#define METAL_PROCESS_OWN 2
#define METAL_PROCESS_CHILD 1
/* Wakes who waits for a word (umk/abi/portal.h). rdi: the word. Result: 0. */
#define METAL_NOTIFY 0x7E100002
/* Waits for a word while it has a value. rdi: the word, rsi: the value; of WORD_LOOP a time limit
 * in ms, or all-ones. rdx: a word to notify before that, or 0. Result: 0, whatever the reason it
 * ends for. */
#define METAL_WAIT 0x7E100003

/* Auxiliary vector entries. */
#define AT_UMK_PROCESS 0x756D6B01 /* address of the process page */
#define AT_UMK_BLOCK 0x756D6B02   /* length of the exec block */

/*
 * Upcalls: the kernel puts rip and rflags of the interrupted thread into saved_ip and saved_flags
 * of its sig_control, sets SIGCTL_INHIBIT there, and lets it go on at proc_page.upcall_nudge (a
 * signal may have come) or upcall_fault (the fault record of its portal says what it did). All
 * other registers are as they were. While SIGCTL_INHIBIT is set, and before a new thread or the
 * child of a fork has told its bases, nudges are put off and a fault ends the process.
 */

/* A new thread starts at the address given to UMK_PORTAL_NEW, with the stack pointer given there,
 * its number in rdi and its portal's address in rsi. */

#endif
