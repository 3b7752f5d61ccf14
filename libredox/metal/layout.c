/* Numbers that entry.S repeats. */
#include "metal.h"

_Static_assert(offsetof(struct gate_thread, portal) == 8, "entry.S");
_Static_assert(offsetof(struct gate_thread, upcall_sp) == 16, "entry.S");
_Static_assert(offsetof(struct gate_thread, fault_low) == 24, "entry.S");
_Static_assert(offsetof(struct gate_thread, fault_top) == 32, "entry.S");
_Static_assert(offsetof(struct portal, op) == 0 && offsetof(struct portal, number) == 4, "entry.S");
_Static_assert(offsetof(struct portal, args) == 8, "entry.S");
_Static_assert(offsetof(struct portal, cancel) == 64, "entry.S");
_Static_assert(offsetof(struct portal, state) == 128, "entry.S");
_Static_assert(offsetof(struct portal, sig.control_flags) == 464, "entry.S");
_Static_assert(offsetof(struct portal, sig.saved_ip) == 472, "entry.S");
_Static_assert(offsetof(struct portal, sig.saved_flags) == 480, "entry.S");
_Static_assert(SYS_FUNMAP == 0x2000005C && SYS_FUTEX == 0xF0 && UMK_PORTAL_FREE == 0x7E000007 &&
                   FUTEX_OP_WAKE == 1,
               "entry.S");
_Static_assert(WAIT_PENDING == 1, "entry.S");
_Static_assert(SIGCTL_INHIBIT == 1, "entry.S");
