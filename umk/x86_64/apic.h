/*
 * The local APIC of each processor (timer, messages) and the I/O APIC (lines of devices), by the
 * Intel manual, volume 3, chapter "APIC", and the 82093AA's data sheet.
 */
#ifndef UMK_X86_64_APIC_H
#define UMK_X86_64_APIC_H

#include "umk/abi/types.h"

/* Maps both; this processor's is switched on. False: no memory. */
bool apic_init(u64 local, u64 io);
/* Switches another processor's on, from itself. */
void apic_init_this(void);
u32 apic_id(void);
void apic_eoi(void);
/* An interrupt for another processor. */
void apic_send(u32 apic, u32 vector);
void apic_send_nmi(u32 apic);
/* The start of another processor: INIT, and then the page where it begins. */
void apic_send_init(u32 apic);
void apic_send_startup(u32 apic, u32 page);

/* The timer: after `count` of its ticks one interrupt (VECTOR_TIMER); 0: none. */
void apic_timer_set(u32 count);
u32 apic_timer_left(void);

/* Lines of the I/O APIC */
u32 ioapic_lines(void);
/* Routes a line to the boot processor; masked. */
void ioapic_route(u32 line, bool level, bool low);
void ioapic_mask(u32 line, bool masked);
bool ioapic_is_level(u32 line);

#endif
