/*
 * Mappings: the kernel decides; private memory is carried out by whoever the machine leaves it to.
 * Unmapping by the gate happens before the kernel is told, so that it cannot give the range to
 * somebody else in between.
 */
#include "machine.h"

static u64 whole_pages(u64 size)
{
    return (size + PAGE_MASK) & ~(u64)PAGE_MASK;
}

i64 gate_mmap(u64 fd, u64 offset, u64 size, u64 flags, u64 address)
{
    i64 at = gate_call(SYS_FMAP, GATE_ARGS(fd, offset, size, flags, address), NULL, NULL);

    if (RX_IS_ERR(at) || !gate_machine->map)
        return at;
    if (fd != RX_ANON_FD || (flags & RX_MAP_SHARED)) /* an object: mapped by control message */
        return at;
    if (gate_machine->map((u64)at, whole_pages(size), flags) != at) {
        gate_call(SYS_FUNMAP, GATE_ARGS((u64)at, size), NULL, NULL);
        return -ENOMEM;
    }
    return at;
}

i64 gate_munmap(u64 address, u64 size)
{
    i64 res = 0;

    if (address & PAGE_MASK || size == 0 || size > (1ull << 46))
        return -EINVAL;
    if (gate_machine->unmap)
        res = gate_machine->unmap(address, whole_pages(size));
    if (res < 0)
        return res;
    return gate_call(SYS_FUNMAP, GATE_ARGS(address, size), NULL, NULL);
}

i64 gate_mprotect(u64 address, u64 size, u32 prot)
{
    i64 res = gate_call(SYS_MPROTECT, GATE_ARGS(address, size, prot), NULL, NULL);

    if (res < 0 || !gate_machine->protect)
        return res;
    return gate_machine->protect(address, whole_pages(size), prot);
}
