/* I/O ports by way of the kernel; see hw.h. */
#include "libhw/hw.h"
#include "redox/rt.h"

i64 hw_ports(void)
{
    static const char path[] = "/scheme/memory/ports";

    return rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_RDWR | RX_O_CLOEXEC, 0);
}

u8 hw_in8(u64 ports, u16 port)
{
    u8 value;

    return rx_pread(ports, &value, 1, port) == 1 ? value : UINT8_MAX;
}

void hw_out8(u64 ports, u16 port, u8 value)
{
    rx_pwrite(ports, &value, 1, port);
}
