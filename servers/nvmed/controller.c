/* Start and administration of a controller; see nvme.h. */
#include "servers/nvmed/nvme.h"
#include "umk/abi/errno.h"

#include <string.h>

/* Registers (section 3.1). */
#define CAPABILITIES 0x00u
#define CONFIGURATION 0x14u
#define STATUS 0x1Cu
#define ADMIN_SIZES 0x24u
#define ADMIN_SUBMISSIONS 0x28u
#define ADMIN_COMPLETIONS 0x30u
#define BELLS 0x1000u
#define REGISTERS 0x2000u
#define ENABLE 1u
#define ENTRY_SIZES (6u << 16 | 4u << 20) /* 64 and 16 bytes, as powers of two */
#define READY 1u
#define FATAL 2u

/* Commands of administration (section 5). */
#define CREATE_SUBMISSIONS 0x01u
#define CREATE_COMPLETIONS 0x05u
#define IDENTIFY 0x06u
#define IDENTIFY_NAMESPACE 0u
#define IDENTIFY_CONTROLLER 1u
#define QUEUE_CONTIGUOUS 1u
#define QUEUE_INTERRUPTS 2u
#define ADMIN_WAIT_NS 5000000000ull

/* What the memory holds, by page. */
enum { ADMIN_SQ, ADMIN_CQ, IO_SQ, IO_CQ, IDENTITY, LISTS, SLOTS = LISTS + NVME_SLOTS };
#define PAGES (SLOTS + NVME_SLOTS * NVME_SLOT / NVME_PAGE)

static u8 *page(const struct nvme *v, u32 n)
{
    return v->memory.at + (size_t)n * NVME_PAGE;
}

static u64 page_address(const struct nvme *v, u32 n)
{
    return v->memory.physical + (u64)n * NVME_PAGE;
}

u8 *nvme_slot(const struct nvme *v, u32 slot)
{
    return page(v, SLOTS) + slot * NVME_SLOT;
}

/* Until the controller says that it is ready, or is not. */
static i64 wait_ready(struct nvme *v, u32 ready, u64 limit)
{
    u64 end = hw_now() + limit;

    for (;;) {
        u32 status = hw_read32(v->registers, STATUS);

        if ((status & FATAL && ready) || status == UINT32_MAX)
            return -EIO;
        if ((status & READY) == ready)
            return 0;
        if (hw_now() > end)
            return -ETIMEDOUT;
        hw_pause();
    }
}

void nvme_stop(struct nvme *v)
{
    v->broken = true;
    hw_write32(v->registers, CONFIGURATION, 0);
}

static i64 administer(struct nvme *v, struct nvme_command *c)
{
    u64 end = hw_now() + ADMIN_WAIT_NS;
    u32 id, status;
    i64 r = queue_add(&v->admin, c, 0);

    if (r < 0)
        return r;
    while ((r = queue_take(&v->admin, &id, &status)) == 0) {
        if (hw_now() > end)
            return -ETIMEDOUT;
        hw_pause();
    }
    return r < 0 ? r : status ? -EIO : 0;
}

static i64 identify(struct nvme *v, u32 what, u32 n)
{
    struct nvme_command c = {
        .head = IDENTIFY, .namespace = n, .data = {page_address(v, IDENTITY)}, .words = {what}};

    return administer(v, &c);
}

static i64 create_queues(struct nvme *v)
{
    struct nvme_command completions = {
        .head = CREATE_COMPLETIONS,
        .data = {page_address(v, IO_CQ)},
        .words = {(NVME_ENTRIES - 1) << 16 | 1, QUEUE_CONTIGUOUS | QUEUE_INTERRUPTS}};
    struct nvme_command submissions = {
        .head = CREATE_SUBMISSIONS,
        .data = {page_address(v, IO_SQ)},
        .words = {(NVME_ENTRIES - 1) << 16 | 1, 1u << 16 | QUEUE_CONTIGUOUS}};
    i64 r = administer(v, &completions);

    return r < 0 ? r : administer(v, &submissions);
}

static i64 reset(struct nvme *v)
{
    u64 capabilities = hw_read64(v->registers, CAPABILITIES);
    u64 limit = ((capabilities >> 24 & 0xFF) + 1) * 500000000; /* it counts in 0.5 s */
    u32 stride = 4u << (capabilities >> 32 & 0xF);

    /* pages of 4 KiB, entries enough, the NVM commands, bells where they are mapped */
    if ((capabilities >> 48 & 0xF) != 0 || (capabilities & 0xFFFF) + 1 < NVME_ENTRIES ||
        !(capabilities >> 37 & 1) || BELLS + 4 * stride > REGISTERS)
        return -EOPNOTSUPP;
    hw_write32(v->registers, CONFIGURATION, 0);
    i64 r = wait_ready(v, 0, limit);
    if (r < 0)
        return r;
    queue_init(&v->admin, page(v, ADMIN_SQ), page(v, ADMIN_CQ), v->registers + BELLS, stride);
    queue_init(&v->io, page(v, IO_SQ), page(v, IO_CQ), v->registers + BELLS + 2 * stride, stride);
    hw_write32(v->registers, ADMIN_SIZES, (NVME_ENTRIES - 1) << 16 | (NVME_ENTRIES - 1));
    hw_write64(v->registers, ADMIN_SUBMISSIONS, page_address(v, ADMIN_SQ));
    hw_write64(v->registers, ADMIN_COMPLETIONS, page_address(v, ADMIN_CQ));
    hw_write32(v->registers, CONFIGURATION, ENTRY_SIZES | ENABLE);
    return wait_ready(v, READY, limit);
}

i64 nvme_open(struct nvme *v, const char *name)
{
    i64 r = hw_function_open(&v->function, name);

    if (r < 0 || (r = hw_messages(&v->function)) < 0)
        return r;
    v->irq = (u64)r;
    if ((r = hw_bar_map(&v->function, 0, 0, REGISTERS, &v->registers)) < 0)
        return r;
    if ((r = hw_memory(PAGES * NVME_PAGE, &v->memory)) < 0 || (r = reset(v)) < 0)
        return r;
    if ((r = identify(v, IDENTIFY_CONTROLLER, 0)) < 0)
        return r;
    memcpy(&v->namespaces, page(v, IDENTITY) + 516, sizeof v->namespaces);
    if (v->namespaces > NAMESPACES_MAX)
        v->namespaces = NAMESPACES_MAX;
    /* the data of a command may be no more than 2^n pages, where n is not 0 */
    u8 most = page(v, IDENTITY)[77];
    if (most && NVME_SLOT > (u64)NVME_PAGE << (most < 32 ? most : 32))
        return -EOPNOTSUPP;
    return create_queues(v);
}

i64 nvme_namespace(struct nvme *v, u32 n, struct nvme_namespace *out)
{
    const u8 *id = page(v, IDENTITY);
    i64 r = identify(v, IDENTIFY_NAMESPACE, n);

    if (r < 0)
        return r;
    memcpy(&out->blocks, id, sizeof out->blocks);
    const u8 *format = id + 128 + 4 * (id[26] & 0xF);
    u32 shift = format[2];
    if (out->blocks == 0)
        return -ENOENT;
    if (shift < 9 || shift > 12 || format[0] || format[1] || out->blocks > UINT64_MAX >> shift)
        return -EINVAL;
    out->block_size = 1u << shift;
    return 0;
}

/* The first page; then the second if that is the last, or a list of all others (section 4.3). */
static void set_pages(struct nvme *v, struct nvme_command *c, u32 slot, size_t len)
{
    u32 first = SLOTS + slot * (u32)(NVME_SLOT / NVME_PAGE);
    u64 *list = (u64 *)(void *)page(v, LISTS + slot);

    for (u32 i = 1; i < NVME_SLOT / NVME_PAGE; i++)
        list[i - 1] = page_address(v, first + i);
    c->data[0] = page_address(v, first);
    c->data[1] = len <= 2 * NVME_PAGE ? list[0] : page_address(v, LISTS + slot);
}

i64 nvme_submit(struct nvme *v, u32 slot, u32 n, enum nvme_op op, u64 block, u32 count,
                u32 block_size)
{
    struct nvme_command c = {.head = op, .namespace = n};

    if (v->broken)
        return -EIO;
    if (op != NVME_FLUSH) {
        set_pages(v, &c, slot, (size_t)count * block_size);
        c.words[0] = (u32)block;
        c.words[1] = (u32)(block >> 32);
        c.words[2] = count - 1;
    }
    return queue_add(&v->io, &c, slot);
}

i64 nvme_take(struct nvme *v, u32 *slot, i64 *result)
{
    u32 status;
    i64 r = v->broken ? 0 : queue_take(&v->io, slot, &status);

    if (r < 0)
        nvme_stop(v);
    if (r > 0)
        *result = status ? -EIO : 0;
    return r;
}
