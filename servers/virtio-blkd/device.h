/*
 * A virtio device behind one of its transports (virtio 1.2, sections 3.1, 4.1 and 4.2), with one
 * queue.
 *
 *     pci.c    registers in the memory of a PCI function, an MSI-X interrupt
 *     mmio.c   registers at an address that the kernel was told, an interrupt line
 */
#ifndef SERVERS_VIRTIO_BLKD_DEVICE_H
#define SERVERS_VIRTIO_BLKD_DEVICE_H

#include "libhw/hw.h"

#define VIRTIO_BLOCK 2u /* kind of device */
#define VIRTIO_VERSION_1 32u
#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u
#define STATUS_FAILED 128u

struct virtio {
    const struct virtio_transport *transport;
    volatile u8 *common, *config;     /* config: of the kind of device */
    volatile u8 *notify, *interrupts; /* pci: notify is queue 0's own; mmio: both in common */
    u64 irq;
    bool legacy;                 /* a device from before virtio 1.0, mmio only */
    struct hw_function function; /* pci */
};

struct virtio_transport {
    /* status 0 resets, and returns when that is done */
    void (*set_status)(struct virtio *v, u32 status);
    u32 (*status)(const struct virtio *v);
    u64 (*features)(struct virtio *v);
    void (*accept)(struct virtio *v, u64 features);
    /* Queue 0: the most entries it can have; 0: there is none. */
    u32 (*queue_size)(struct virtio *v);
    /* Sets queue 0 up, whose memory is as in libhw/virtqueue.h. */
    i64 (*queue_setup)(struct virtio *v, u32 size, u64 physical, u32 available);
    void (*notify)(struct virtio *v);
    /* Acknowledges an interrupt at the device, where that is needed. */
    void (*interrupted)(struct virtio *v);
};

/* Fill v, which stays where it is. -ENODEV: there is no block device. */
i64 virtio_pci_open(struct virtio *v, const char *name);
/* n-th device of the list; *base is its address. -ENOENT: the list is at its end. */
i64 virtio_mmio_open(struct virtio *v, u32 n, u64 *base);

/* Resets the device and agrees on features: those of `wanted` that it has are in *got. */
i64 virtio_negotiate(struct virtio *v, u64 wanted, u64 *got);

#endif
