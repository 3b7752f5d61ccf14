/* The PCI transport; see device.h. Structures are found by capabilities (section 4.1.4). */
#include "servers/virtio-blkd/device.h"
#include "umk/abi/errno.h"

#define CAP_LEN 16u
#define CAP_COMMON 1u
#define CAP_NOTIFY 2u
#define CAP_INTERRUPTS 3u
#define CAP_DEVICE 4u
#define COMMON_LEN 56u
#define DEVICE_LEN 24u

/* Fields of the common structure. */
#define DEVICE_SELECT 0u
#define DEVICE_FEATURES 4u
#define DRIVER_SELECT 8u
#define DRIVER_FEATURES 12u
#define CONFIG_VECTOR 16u
#define STATUS 20u
#define QUEUE_SELECT 22u
#define QUEUE_SIZE 24u
#define QUEUE_VECTOR 26u
#define QUEUE_ENABLE 28u
#define QUEUE_NOTIFY 30u
#define QUEUE_DESC 32u
#define QUEUE_DRIVER 40u
#define QUEUE_DEVICE 48u
#define NO_VECTOR 0xFFFFu

static u32 pci_status(const struct virtio *v)
{
    return v->common[STATUS];
}

static void pci_set_status(struct virtio *v, u32 status)
{
    v->common[STATUS] = (u8)status;
    while (status == 0 && v->common[STATUS] != 0)
        __builtin_ia32_pause();
}

static u64 pci_features(struct virtio *v)
{
    u64 low;

    hw_write32(v->common, DEVICE_SELECT, 0);
    low = hw_read32(v->common, DEVICE_FEATURES);
    hw_write32(v->common, DEVICE_SELECT, 1);
    return low | (u64)hw_read32(v->common, DEVICE_FEATURES) << 32;
}

static void pci_accept(struct virtio *v, u64 features)
{
    hw_write32(v->common, DRIVER_SELECT, 0);
    hw_write32(v->common, DRIVER_FEATURES, (u32)features);
    hw_write32(v->common, DRIVER_SELECT, 1);
    hw_write32(v->common, DRIVER_FEATURES, (u32)(features >> 32));
}

static u32 pci_queue_size(struct virtio *v)
{
    hw_write16(v->common, QUEUE_SELECT, 0);
    return hw_read16(v->common, QUEUE_SIZE);
}

static i64 find(const struct virtio *v, u32 kind, size_t len, u32 *capability, volatile u8 **out)
{
    const struct pci_config *c = &v->function.config;
    i64 at = 0;

    while ((at = pci_capability(c, PCI_CAP_VENDOR, (u32)at, CAP_LEN)) > 0) {
        u32 offset = c->read(c->ctx, (u32)at + 8), size = c->read(c->ctx, (u32)at + 12);

        if (c->read(c->ctx, (u32)at) >> 24 != kind)
            continue;
        if (size < len)
            return -EINVAL;
        *capability = (u32)at;
        return hw_bar_map(&v->function, c->read(c->ctx, (u32)at + 4) & 0xFF, offset, len, out);
    }
    return at;
}

/* The multiplier says how far apart the queues' words are. */
static i64 find_notify(struct virtio *v)
{
    const struct pci_config *c = &v->function.config;
    u32 at, multiplier;
    u64 offset;
    i64 r = find(v, CAP_NOTIFY, 2, &at, &v->notify);

    if (r < 0)
        return r;
    multiplier = c->read(c->ctx, at + CAP_LEN);
    offset = (u64)hw_read16(v->common, QUEUE_NOTIFY) * multiplier;
    if (offset % 2 || offset + 2 > c->read(c->ctx, at + 12))
        return -EINVAL;
    return hw_bar_map(&v->function, c->read(c->ctx, at + 4) & 0xFF,
                      c->read(c->ctx, at + 8) + offset, 2, &v->notify);
}

static i64 pci_queue_setup(struct virtio *v, u32 size, u64 physical, u32 available)
{
    hw_write16(v->common, QUEUE_SELECT, 0);
    hw_write16(v->common, QUEUE_SIZE, (u16)size);
    hw_write16(v->common, CONFIG_VECTOR, NO_VECTOR);
    hw_write16(v->common, QUEUE_VECTOR, 0);
    if (hw_read16(v->common, QUEUE_VECTOR) != 0)
        return -EIO;
    hw_write64(v->common, QUEUE_DESC, physical);
    hw_write64(v->common, QUEUE_DRIVER, physical + available);
    hw_write64(v->common, QUEUE_DEVICE, physical + 4096);
    i64 r = find_notify(v);
    if (r >= 0)
        hw_write16(v->common, QUEUE_ENABLE, 1);
    return r;
}

static void pci_notify(struct virtio *v)
{
    hw_write16(v->notify, 0, 0);
}

static void pci_interrupted(struct virtio *v)
{
    (void)v; /* messages need no acknowledgement */
}

static const struct virtio_transport transport = {
    .set_status = pci_set_status,
    .status = pci_status,
    .features = pci_features,
    .accept = pci_accept,
    .queue_size = pci_queue_size,
    .queue_setup = pci_queue_setup,
    .notify = pci_notify,
    .interrupted = pci_interrupted,
};

i64 virtio_pci_open(struct virtio *v, const char *name)
{
    u32 at;
    i64 r = hw_function_open(&v->function, name);

    v->transport = &transport;
    if (r < 0)
        return r;
    if ((r = hw_msix(&v->function)) < 0)
        return r;
    v->irq = (u64)r;
    if ((r = find(v, CAP_COMMON, COMMON_LEN, &at, &v->common)) < 0)
        return r;
    return find(v, CAP_DEVICE, DEVICE_LEN, &at, &v->config);
}
