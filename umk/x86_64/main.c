/* The kernel's start on bare hardware: finds out what there is, boots the core, and runs. */
#include "umk/core/core.h"
#include "umk/core/fmt.h"
#include "umk/paging/frames.h"
#include "umk/x86_64/acpi.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/console.h"
#include "umk/x86_64/cpu.h"
#include "umk/x86_64/entropy.h"
#include "umk/x86_64/interrupts.h"
#include "umk/x86_64/kmap.h"
#include "umk/x86_64/mptable.h"
#include "umk/x86_64/multiboot.h"
#include "umk/x86_64/object.h"
#include "umk/x86_64/options.h"
#include "umk/x86_64/ports.h"
#include "umk/x86_64/power.h"
#include "umk/x86_64/serial.h"
#include "umk/x86_64/smp.h"

#define STATUS_NO_BOOT 2u
#define USER_MIN (24ull << 20) /* of RAM for programs: less starts none of the services */
#define SPARE_FRACTION 8u /* of RAM: page tables, stacks, programs' images, the core's records */

_Noreturn void kernel_start(u32 records, u32 magic);
_Noreturn void on_stack(u64 top, void (*fn)(void)); /* traps.S */
extern char boot_stack_top[];

static u64 first_instant; /* of the processor's clock, in this kernel */
static struct boot_info info;
static struct options options;
static struct acpi_info acpi;
static u64 uncharged_expected; /* bytes */

/* Why the system cannot start: one line, and the end. */
static _Noreturn void give_up(const char *why)
{
    char line[160];
    struct fmt f = {line, sizeof(line), 0};

    fmt_add(&f, "umk: cannot boot: %s", why);
    console_emergency(line, f.len < sizeof(line) ? f.len : sizeof(line) - 1);
    power_off(STATUS_NO_BOOT);
}

static void check(const char *wrong)
{
    if (wrong)
        give_up(wrong);
}

/* What is in use without having been promised to anybody. */
static u64 uncharged(void)
{
    return (u64)(frames_total() - frames_free() - frames_charged()) * PAGE_SIZE;
}

/* Half of the spare part is kept for it when it has grown over the other half. */
static u64 overhead(void)
{
    u64 now = uncharged();

    return now > uncharged_expected ? now - uncharged_expected : 0;
}

static u64 promised(void)
{
    return core.memory_used / PAGE_SIZE;
}

static void *pages(size_t n)
{
    if (n > 1)
        return vmap_new(n);
    u32 f = frame_take_zeroed();
    return f ? frame_bytes(f) : NULL;
}

static i64 loop(struct body *b)
{
    (void)b; /* it waits by a call */
    return 0;
}

static void ring(struct body *b)
{
    (void)b; /* the core answers the call it waits in */
}

static void wake(u32 *word)
{
    (void)word; /* the core knows who waits for one, and lets it go on */
}

static struct machine machine = {
    .pages = pages,
    .now = clock_now,
    .real_offset = clock_real_offset,
    .set_real_offset = clock_set_real_offset,
    .timer_set = clock_set,
    .entropy = entropy_fill,
    .overhead = overhead,
    .object_create = object_create,
    .object_destroy = object_destroy,
    .object_alias = object_alias,
    .object_device = object_device,
    .object_contiguous = object_contiguous,
    .translate = body_translate,
    .port = ports_access,
    .irq_listen = interrupts_listen,
    .irq_done = interrupts_done,
    .irq_target = interrupts_target,
    .body_start = body_start,
    .body_fork = body_fork,
    .portal_add = body_portal_add,
    .portal_remove = body_portal_remove,
    .body_kill = body_kill,
    .body_release = body_release,
    .body_limit = body_limit,
    .body_stop = body_stop,
    .body_cpu = body_cpu,
    .thread_cpu = body_thread_cpu,
    .nudge = body_nudge,
    .map = body_map,
    .map_anon = body_map_anon,
    .protect = body_protect,
    .unmap = body_unmap,
    .channel = body_channel,
    .channel_drop = body_channel_drop,
    .loop = loop,
    .ring = ring,
    .reply = body_reply,
    .preempt = body_preempt,
    .resume = body_resume,
    .has_come_in = body_has_come_in,
    .wake = wake,
    .console_write = console_write,
    .console_read = console_read,
    .console_get = console_get,
    .console_set = console_set,
    .console_readable = console_readable,
    .log = console_log,
    .arch = "x86_64",
    .stop = power_stop,
    .report_fault = console_report_fault,
};

static void start_processor(void)
{
    u64 stack = kernel_stack(), spare = kernel_stack();

    if (!stack || !spare)
        give_up("too little memory");
    cpu_setup(0, stack, spare);
    cpus[0].online = true;
    ncpus = 1;
}

static void start_devices(void)
{
    acpi_init(info.rsdp, &acpi);
    if (!apic_init(acpi.local_apic, acpi.io_apic))
        give_up("too little memory");
    cpus[0].apic = apic_id();
    if (body_init() || !clock_init(body_kernel_page(), options.real_seconds))
        give_up("the clock cannot be measured");
    if (acpi.napics == 0)
        mptable_read(&acpi);
    smp_start(acpi.apics, acpi.napics, options.cpus);
    body_kernel_page()->cpus = ncpus;
    for (u32 i = 16; i < ioapic_lines(); i++)
        ioapic_route(i, true, true); /* PCI's */
    for (u32 i = 0; i < 16; i++)
        ioapic_route(acpi.line[i], acpi.level[i], acpi.low[i]);
    interrupts_init(acpi.line);
    ioapic_mask(acpi.line[SERIAL_LINE], false);
    console_listen();
}

/* Programs that look for PCI devices are told where. */
static void tell_ecam(void)
{
    char line[80];
    struct fmt f = {line, sizeof(line), 0};

    if (!acpi.mcfg)
        return;
    fmt_add(&f, "UMK_ECAM=%lx:%x:%x", acpi.mcfg, acpi.mcfg_first_bus, acpi.mcfg_last_bus);
    options_add_env(line);
}

/* And the driver of a disk in memory, where that is. */
static void tell_live(void)
{
    char line[80];
    struct fmt f = {line, sizeof(line), 0};

    if (info.live.end == 0)
        return;
    fmt_add(&f, "UMK_LIVE=%lx:%lx", info.live.start, info.live.end - info.live.start);
    options_add_env(line);
}

static void boot_core(void)
{
    static struct object archive;
    struct core_config config = {.env = options.env, .cpus = ncpus};
    const char *why = "no reason known";

    tell_ecam();
    tell_live();
    options_add_env("UMK_PORTS=1");
    config.initfs_size = info.archive.end - info.archive.start;
    if (config.initfs_size == 0)
        give_up("there is no boot archive (-initrd)");
    if (info.archive.start & PAGE_MASK)
        give_up("the boot archive does not lie on a page's border");
    if (object_adopt(&archive, info.archive.start, config.initfs_size))
        give_up("too little memory");
    if ((u64)frames_free() * PAGE_SIZE < USER_MIN)
        give_up("too little memory beside the boot archive: 24 MiB are needed");
    config.initfs = &archive;
    config.memory = (u64)frames_free() * PAGE_SIZE;
    uncharged_expected = uncharged() + config.memory / SPARE_FRACTION / 2;
    config.memory = config.memory - config.memory / SPARE_FRACTION + archive.size;
    frames_promised = promised;
    config.console_ttys = options.console.tty ? 7 : 0;
    if (core_boot(&machine, &config, &why))
        give_up(why);
}

/* From here on the kernel runs on a stack with guard pages, under the lock. */
static _Noreturn void run(void)
{
    kernel_enter();
    start_devices();
    machine.ncpus = ncpus;
    boot_core();
    klog("the first program starts %lu clock ticks after the kernel", rdtsc() - first_instant);
    thread_next();
}

_Noreturn void kernel_start(u32 records, u32 magic)
{
    const char *wrong =
        magic == MULTIBOOT_MAGIC ? multiboot_read(records, &info) : pvh_read(records, &info);

    first_instant = rdtsc();
    serial_init();
    options_read(info.command_line, &options);
    console_init(&options.console);
    power_exit_port = options.exit_port;
    ports_keep(options.exit_port, 4);
    ports_keep(options.console.err_port, 1);
    ports_keep(options.console.log_port, 1);
    check(wrong);
    check(cpu_detect());
    core.machine = &machine;
    check(kmap_init(&info));
    start_processor();
    on_stack(cpus[0].stack, run);
}
