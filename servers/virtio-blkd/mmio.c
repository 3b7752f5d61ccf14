/*
 * The MMIO transport; see device.h. Version 1 of its registers (section 4.2.4) is what QEMU gives
 * unless it is told otherwise.
 */
#include "libhw/virtqueue.h"
#include "servers/virtio-blkd/device.h"
#include "umk/abi/errno.h"

#include <stdio.h>
#include <string.h>

#define MAGIC 0x00u
#define MAGIC_VALUE 0x74726976u
#define VERSION 0x04u
#define DEVICE_ID 0x08u
#define DEVICE_FEATURES 0x10u
#define DEVICE_SELECT 0x14u
#define DRIVER_FEATURES 0x20u
#define DRIVER_SELECT 0x24u
#define GUEST_PAGE_SIZE 0x28u /* legacy */
#define QUEUE_SELECT 0x30u
#define QUEUE_SIZE_MAX 0x34u
#define QUEUE_SIZE 0x38u
#define QUEUE_ALIGN 0x3Cu /* legacy */
#define QUEUE_PAGE 0x40u  /* legacy */
#define QUEUE_READY 0x44u
#define QUEUE_NOTIFY 0x50u
#define INTERRUPT_STATUS 0x60u
#define INTERRUPT_ACK 0x64u
#define STATUS 0x70u
#define QUEUE_DESC 0x80u
#define QUEUE_DRIVER 0x90u
#define QUEUE_DEVICE 0xA0u
#define CONFIG 0x100u
#define REGISTERS 0x200u
#define PAGE 4096u

static u32 mmio_status(const struct virtio *v)
{
    return hw_read32(v->common, STATUS);
}

static void mmio_set_status(struct virtio *v, u32 status)
{
    hw_write32(v->common, STATUS, status);
    while (status == 0 && hw_read32(v->common, STATUS) != 0)
        __builtin_ia32_pause();
}

static u64 mmio_features(struct virtio *v)
{
    u64 low;

    hw_write32(v->common, DEVICE_SELECT, 0);
    low = hw_read32(v->common, DEVICE_FEATURES);
    hw_write32(v->common, DEVICE_SELECT, 1);
    return low | (v->legacy ? 0 : (u64)hw_read32(v->common, DEVICE_FEATURES) << 32);
}

static void mmio_accept(struct virtio *v, u64 features)
{
    hw_write32(v->common, DRIVER_SELECT, 0);
    hw_write32(v->common, DRIVER_FEATURES, (u32)features);
    if (v->legacy)
        return;
    hw_write32(v->common, DRIVER_SELECT, 1);
    hw_write32(v->common, DRIVER_FEATURES, (u32)(features >> 32));
}

static u32 mmio_queue_size(struct virtio *v)
{
    hw_write32(v->common, QUEUE_SELECT, 0);
    return hw_read32(v->common, QUEUE_SIZE_MAX);
}

static i64 mmio_queue_setup(struct virtio *v, u32 size, u64 physical, u32 available)
{
    hw_write32(v->common, QUEUE_SELECT, 0);
    hw_write32(v->common, QUEUE_SIZE, size);
    if (v->legacy) {
        hw_write32(v->common, GUEST_PAGE_SIZE, PAGE);
        hw_write32(v->common, QUEUE_ALIGN, PAGE);
        hw_write32(v->common, QUEUE_PAGE, (u32)(physical / PAGE));
        return physical / PAGE <= UINT32_MAX ? 0 : -EINVAL;
    }
    hw_write64(v->common, QUEUE_DESC, physical);
    hw_write64(v->common, QUEUE_DRIVER, physical + available);
    hw_write64(v->common, QUEUE_DEVICE, physical + VIRTQ_USED);
    hw_write32(v->common, QUEUE_READY, 1);
    return 0;
}

static void mmio_notify(struct virtio *v)
{
    hw_write32(v->common, QUEUE_NOTIFY, 0);
}

static void mmio_interrupted(struct virtio *v)
{
    hw_write32(v->common, INTERRUPT_ACK, hw_read32(v->common, INTERRUPT_STATUS));
}

static const struct virtio_transport transport = {
    .set_status = mmio_set_status,
    .status = mmio_status,
    .features = mmio_features,
    .accept = mmio_accept,
    .queue_size = mmio_queue_size,
    .queue_setup = mmio_queue_setup,
    .notify = mmio_notify,
    .interrupted = mmio_interrupted,
};

i64 virtio_mmio_open(struct virtio *v, u32 n, u64 *base)
{
    char text[64];
    unsigned long address;
    unsigned line;
    i64 r = hw_env("virtio_mmio.device", n, text, sizeof text);

    if (r < 0)
        return r;
    const char *at = strchr(text, '@'); /* SIZE@BASE:LINE */
    if (!at || sscanf(at, "@%lx:%u", &address, &line) != 2)
        return -EINVAL;
    if ((r = hw_map(address, REGISTERS, &v->common)) < 0)
        return r;
    *base = address;
    v->transport = &transport;
    v->config = v->common + CONFIG;
    v->legacy = hw_read32(v->common, VERSION) == 1;
    if (hw_read32(v->common, MAGIC) != MAGIC_VALUE ||
        hw_read32(v->common, DEVICE_ID) != VIRTIO_BLOCK)
        return -ENODEV;
    if ((r = hw_irq_line(line)) < 0)
        return r;
    v->irq = (u64)r;
    return 0;
}
