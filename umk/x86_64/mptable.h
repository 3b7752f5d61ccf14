/*
 * The table of processors of machines without ACPI (Intel MultiProcessor Specification 1.4, chapter
 * 4): QEMU's microvm with acpi=off has one.
 */
#ifndef UMK_X86_64_MPTABLE_H
#define UMK_X86_64_MPTABLE_H

#include "umk/x86_64/acpi.h"

/* Adds the processors that can be used. A table that is missing or malformed adds none. */
void mptable_read(struct acpi_info *out);

#endif
