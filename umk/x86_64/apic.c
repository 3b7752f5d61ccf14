/* APICs; see apic.h. */
#include "umk/x86_64/apic.h"
#include "umk/x86_64/cpu.h"
#include "umk/x86_64/kmap.h"

enum {
    LOCAL_ID = 0x20,
    LOCAL_EOI = 0xB0,
    LOCAL_SPURIOUS = 0xF0,
    LOCAL_COMMAND = 0x300,
    LOCAL_COMMAND_HIGH = 0x310,
    LOCAL_TIMER = 0x320,
    LOCAL_LINT0 = 0x350,
    LOCAL_LINT1 = 0x360,
    LOCAL_ERROR = 0x370,
    LOCAL_INITIAL = 0x380,
    LOCAL_CURRENT = 0x390,
    LOCAL_DIVIDE = 0x3E0,
};
#define MASKED 0x10000u
#define DELIVER_NMI 0x400u
#define COMMAND_BUSY 0x1000u
#define COMMAND_NMI 0x4400u
#define COMMAND_INIT 0x4500u
#define COMMAND_STARTUP 0x4600u
#define DIVIDE_BY_1 0xBu
#define APIC_ENABLE 0x800u

enum { IO_SELECT = 0, IO_DATA = 4, IO_VERSION = 1, IO_TABLE = 0x10 };
#define IO_LEVEL 0x8000u
#define IO_LOW 0x2000u
#define LINES_MAX 64u

static volatile u32 *local;
static volatile u32 *io;
static u32 nlines;
static u32 lines[LINES_MAX]; /* the low words as written */
static u32 io_lock;          /* lines are masked without the kernel's lock too */

static u32 get(u32 reg)
{
    return local[reg / 4];
}

static void set(u32 reg, u32 v)
{
    local[reg / 4] = v;
}

static u32 io_read(u32 reg)
{
    io[IO_SELECT] = reg;
    return io[IO_DATA];
}

static void io_write(u32 reg, u32 v)
{
    io[IO_SELECT] = reg;
    io[IO_DATA] = v;
}

void apic_init_this(void)
{
    wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_ENABLE);
    set(LOCAL_LINT0, MASKED);
    set(LOCAL_LINT1, DELIVER_NMI); /* where PCs have their NMI */
    set(LOCAL_ERROR, MASKED);
    set(LOCAL_DIVIDE, DIVIDE_BY_1);
    set(LOCAL_TIMER, VECTOR_TIMER);
    set(LOCAL_SPURIOUS, 0x100 | VECTOR_SPURIOUS);
}

/* The old interrupt controllers, if any, are silenced. */
static void mask_pic(void)
{
    outb(0x21, 0xFF);
    outb(0xA1, 0xFF);
}

bool apic_init(u64 local_at, u64 io_at)
{
    local = vmap_device(local_at, PAGE_SIZE);
    io = vmap_device(io_at, PAGE_SIZE);
    if (!local || !io)
        return false;
    mask_pic();
    apic_init_this();
    nlines = (io_read(IO_VERSION) >> 16 & 0xFF) + 1;
    if (nlines > LINES_MAX)
        nlines = LINES_MAX;
    for (u32 i = 0; i < nlines; i++) {
        lines[i] = MASKED;
        io_write(IO_TABLE + 2 * i, MASKED);
    }
    return true;
}

u32 apic_id(void)
{
    return get(LOCAL_ID) >> 24;
}

void apic_eoi(void)
{
    set(LOCAL_EOI, 0);
}

static void command(u32 apic, u32 low)
{
    while (get(LOCAL_COMMAND) & COMMAND_BUSY)
        __builtin_ia32_pause();
    set(LOCAL_COMMAND_HIGH, apic << 24);
    set(LOCAL_COMMAND, low);
}

void apic_send(u32 apic, u32 vector)
{
    command(apic, 0x4000 | vector);
}

void apic_send_nmi(u32 apic)
{
    command(apic, COMMAND_NMI);
}

void apic_send_init(u32 apic)
{
    command(apic, COMMAND_INIT);
}

void apic_send_startup(u32 apic, u32 page)
{
    command(apic, COMMAND_STARTUP | page);
}

void apic_timer_set(u32 count)
{
    set(LOCAL_INITIAL, count);
}

u32 apic_timer_left(void)
{
    return get(LOCAL_CURRENT);
}

u32 ioapic_lines(void)
{
    return nlines;
}

static void write_line(u32 line, u32 low)
{
    while (__atomic_exchange_n(&io_lock, 1, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
    lines[line] = low;
    io_write(IO_TABLE + 2 * line, low);
    __atomic_store_n(&io_lock, 0, __ATOMIC_RELEASE);
}

void ioapic_route(u32 line, bool level, bool low)
{
    if (line >= nlines)
        return;
    io_write(IO_TABLE + 2 * line + 1, cpus[0].apic << 24);
    write_line(line, MASKED | (VECTOR_LINES + line) | (level ? IO_LEVEL : 0) | (low ? IO_LOW : 0));
}

void ioapic_mask(u32 line, bool masked)
{
    if (line < nlines)
        write_line(line, masked ? lines[line] | MASKED : lines[line] & ~MASKED);
}

bool ioapic_is_level(u32 line)
{
    return line < nlines && (lines[line] & IO_LEVEL);
}
