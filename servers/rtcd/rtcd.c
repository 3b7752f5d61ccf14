/*
 * rtcd: sets the wall clock by the battery-backed clock of the machine, and ends. Without one the
 * clock stays as the boot loader's word has it.
 */
#include "libhw/hw.h"
#include "redox/rt.h"
#include "servers/rtcd/rtc.h"

#define SELECT 0x70u
#define DATA 0x71u
#define NS_PER_S 1000000000ull

static u8 get(void *ctx, u8 reg)
{
    const u64 *ports = ctx;

    hw_out8(*ports, SELECT, reg);
    return hw_in8(*ports, DATA);
}

/* The clock is set as what it shows at monotonic time 0. */
static i64 set_clock(u64 seconds)
{
    static const char path[] = "/scheme/sys/update_time_offset";
    i64 fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_WRONLY | RX_O_CLOEXEC, 0);
    u64 ns[2] = {seconds * NS_PER_S - hw_now(), 0};

    if (fd < 0)
        return fd;
    return (i64)redox_write_v1((size_t)fd, (const u8 *)ns, sizeof ns);
}

int main(void)
{
    i64 ports = hw_ports(), r;

    if (ports < 0)
        hw_fail("rtcd", "no I/O ports", ports);
    r = rtc_seconds(get, &ports);
    if (r > 0 && (r = set_clock((u64)r)) < 0)
        hw_fail("rtcd", "cannot set the clock", r);
    return 0;
}
