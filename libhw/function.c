/* PCI functions by way of pcid; see hw.h. */
#include "libhw/hw.h"
#include "redox/scheme.h"

#include <stdio.h>
#include <string.h>

#define LIST_MAX 16384u
#define MSIX_ENTRY 16u
#define FOUND_MAX 16u

/* The functions that a driver wants. */
struct found {
    char names[FOUND_MAX][PCI_NAME_MAX];
    u32 n;
};

static u32 config_read(void *ctx, u32 offset)
{
    const struct hw_function *f = ctx;
    u32 value;

    return rx_pread(f->fd, &value, sizeof value, offset) == sizeof value ? value : UINT32_MAX;
}

static void config_write(void *ctx, u32 offset, u32 value)
{
    const struct hw_function *f = ctx;

    rx_pwrite(f->fd, &value, sizeof value, offset);
}

static i64 open_as(struct hw_function *f, const char *name, size_t len, u32 flags)
{
    char path[64];

    if (len >= PCI_NAME_MAX)
        return -EINVAL;
    memcpy(f->name, name, len);
    f->name[len] = '\0';
    int n = snprintf(path, sizeof path, "/scheme/pci/%s/config", f->name);
    i64 fd = rx_openat(RX_AT_FDCWD, path, (size_t)n, flags | RX_O_CLOEXEC, 0);
    if (fd < 0)
        return fd;
    f->fd = (u64)fd;
    f->config = (struct pci_config){config_read, config_write, f};
    i64 r = pci_identify(&f->config, &f->id);
    if (r < 0)
        redox_close_v1((size_t)fd);
    return r;
}

i64 hw_function_open(struct hw_function *f, const char *name)
{
    return open_as(f, name, strlen(name), RX_O_RDWR);
}

/* Looks at the entries of a list of functions; false: no more need be listed. */
static bool each_entry(const u8 *list, size_t len, u64 *next,
                       bool (*wanted)(const struct pci_id *id), struct found *out)
{
    struct hw_function f;
    struct rx_dirent e;

    for (size_t at = 0; at + RX_DIRENT_HEADER < len; at += e.reclen) {
        memcpy(&e, list + at, RX_DIRENT_HEADER);
        if (e.reclen <= RX_DIRENT_HEADER || e.reclen > len - at)
            return false;
        *next = e.next;
        const char *name = (const char *)list + at + RX_DIRENT_HEADER;
        if (open_as(&f, name, strnlen(name, e.reclen - RX_DIRENT_HEADER), RX_O_RDONLY) < 0)
            continue;
        if (wanted(&f.id))
            memcpy(out->names[out->n++], f.name, PCI_NAME_MAX);
        redox_close_v1((size_t)f.fd);
        if (out->n == FOUND_MAX)
            return false;
    }
    return true;
}

static i64 find(bool (*wanted)(const struct pci_id *id), struct found *out)
{
    static const char path[] = "/scheme/pci/";
    static u8 list[LIST_MAX];
    u64 next = 0;
    i64 n, fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1,
                          RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return fd;
    do
        n = (i64)redox_getdents_v0((size_t)fd, list, sizeof list, next);
    while (n > 0 && each_entry(list, (size_t)n, &next, wanted, out));
    redox_close_v1((size_t)fd);
    return n < 0 ? n : 0;
}

void hw_disk_name(char *out, size_t size, const char *function, const char *suffix)
{
    snprintf(out, size, "disk.pci-%.4s-%.2s-%s%s", function, function + 6, function + 10, suffix);
}

void hw_serve(u32 ndevices)
{
    static const struct rx_timespec day = {.sec = 86400};

    if (ndevices)
        scheme_run();
    for (;;)
        rx_nanosleep(&day, NULL);
}

void hw_drive(const char *who, bool (*wanted)(const struct pci_id *id),
              i64 (*add)(const char *function))
{
    static struct found found;
    i64 r = find(wanted, &found);

    if (r < 0)
        hw_fail(who, "no functions of PCI", r);
    for (u32 i = 0; i < found.n; i++)
        if ((r = add(found.names[i])) < 0)
            hw_fail(who, found.names[i], r);
    scheme_notify_ready();
    hw_serve(found.n);
}

i64 hw_bar_map(const struct hw_function *f, u32 index, u64 offset, size_t len, volatile u8 **out)
{
    struct pci_bar bar;
    i64 r = pci_bar(&f->config, index, &bar);

    if (r < 0)
        return r;
    if (!bar.memory || len == 0 || len > bar.size || offset > bar.size - len)
        return -EINVAL;
    return hw_map(bar.address + offset, len, out);
}

i64 hw_msix(const struct hw_function *f)
{
    struct pci_msix m;
    volatile u8 *entry;
    u64 address;
    u32 data;
    i64 r = pci_msix(&f->config, &m), irq;

    if (r < 0 || (r = hw_bar_map(f, m.bar, m.offset, MSIX_ENTRY, &entry)) < 0)
        return r;
    if ((irq = hw_irq_message(&address, &data)) < 0)
        return irq;
    pci_enable(&f->config, false);
    hw_write64(entry, 0, address);
    hw_write32(entry, 8, data);
    hw_write32(entry, 12, 0);
    pci_msix_enable(&f->config, &m);
    return irq;
}

i64 hw_messages(const struct hw_function *f)
{
    struct pci_msi m;
    u64 address;
    u32 data;
    i64 irq = hw_msix(f), r;

    if (irq != -ENOENT)
        return irq;
    if ((r = pci_msi(&f->config, &m)) < 0)
        return r;
    if ((irq = hw_irq_message(&address, &data)) < 0)
        return irq;
    pci_enable(&f->config, false);
    pci_msi_enable(&f->config, &m, address, (u16)data);
    return irq;
}
