/*
 * pcid: the functions of the PCI buses, as the scheme pci. The configuration space is the memory
 * that UMK_ECAM names. Owned here: who may drive a function; its files `config` can be open for
 * writing once.
 *
 *     ""                       the functions, SSSS--BB--DD.F in hexadecimal
 *     NAME                     a directory
 *     NAME/config              4096 bytes; reads of any length, writes of 1, 2 or 4 bytes, aligned
 */
#include "libhw/hw.h"
#include "redox/scheme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS_MAX 1024u
#define BUS_FUNCTIONS 256u
#define MULTI_FUNCTION 0x800000u
#define ROOT 0u
#define DIRECTORY(i) (1u + (i))
#define CONFIG(i) (0x10000u + (i))
#define FILES_MAX 256u

struct function {
    char name[PCI_NAME_MAX];
    volatile u8 *config;
    bool driven;
};

/* An open config file; its id is CONFIG(place). */
struct file {
    struct function *function; /* NULL: a free place */
    bool drives;
};

static struct function functions[FUNCTIONS_MAX];
static u32 nfunctions;
static struct file files[FILES_MAX];

/* Finding them */

static void add(volatile u8 *config, u32 bus, u32 devfn)
{
    if (nfunctions == FUNCTIONS_MAX)
        return;
    struct function *f = &functions[nfunctions++];
    f->config = config;
    pci_name(f->name, bus, devfn / 8, devfn % 8);
}

static void scan_bus(volatile u8 *space, u32 bus)
{
    for (u32 devfn = 0; devfn < BUS_FUNCTIONS; devfn++) {
        volatile u8 *config = space + devfn * PCI_CONFIG_SIZE;
        u32 id = hw_read32(config, 0);

        if ((u16)id != 0xFFFF && (u16)id != 0)
            add(config, bus, devfn);
        if (devfn % 8 == 0 && ((u16)id == 0xFFFF || !(hw_read32(config, 12) & MULTI_FUNCTION)))
            devfn += 7;
    }
}

static void scan(void)
{
    char text[64];
    i64 r = hw_env("UMK_ECAM", 0, text, sizeof text);
    unsigned long base;
    unsigned first, last;

    if (r < 0 || sscanf(text, "%lx:%x:%x", &base, &first, &last) != 3 || last > 255 || first > last)
        hw_fail("pcid", "no configuration space", r < 0 ? r : -EINVAL);
    for (u32 bus = first; bus <= last; bus++) {
        const size_t size = (size_t)BUS_FUNCTIONS * PCI_CONFIG_SIZE;
        volatile u8 *space;
        u32 before = nfunctions;

        if ((r = hw_map(base + (bus - first) * size, size, &space)) < 0)
            hw_fail("pcid", "cannot map the configuration space", r);
        scan_bus(space, bus);
        if (nfunctions == before)
            redox_munmap_v1((void *)(uintptr_t)space, size);
    }
}

/* Serving */

static struct file *file_of(u64 id)
{
    return id >= CONFIG(0) && id < CONFIG(FILES_MAX) && files[id - CONFIG(0)].function
               ? &files[id - CONFIG(0)]
               : NULL;
}

static i64 open_config(struct function *f, u32 flags, struct open_result *out)
{
    bool drives = (flags & RX_O_WRONLY) && !(flags & RX_O_STAT);

    if (drives && f->driven)
        return -ENOLCK;
    for (u32 i = 0; i < FILES_MAX; i++) {
        if (files[i].function)
            continue;
        files[i] = (struct file){f, drives};
        f->driven |= drives;
        out->id = CONFIG(i);
        out->flags = NEWFD_POSITIONED;
        return 0;
    }
    return -EMFILE;
}

static i64 pci_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                      u32 fcntl_flags, struct open_result *out)
{
    static const char config[] = "/config";

    (void)fcntl_flags;
    if (dir != ROOT || c->uid != 0)
        return -EACCES;
    while (len && path[len - 1] == '/')
        len--;
    if (len == 0) {
        out->id = ROOT;
        return flags & (RX_O_DIRECTORY | RX_O_STAT) ? 0 : -EISDIR;
    }
    for (u32 i = 0; i < nfunctions; i++) {
        size_t n = strlen(functions[i].name);

        if (len < n || memcmp(path, functions[i].name, n) != 0)
            continue;
        if (len == n + sizeof config - 1 && memcmp(path + n, config, sizeof config - 1) == 0)
            return flags & RX_O_DIRECTORY ? -ENOTDIR : open_config(&functions[i], flags, out);
        out->id = DIRECTORY(i);
        if (len == n)
            return flags & (RX_O_DIRECTORY | RX_O_STAT) ? 0 : -EISDIR;
    }
    return -ENOENT;
}

static i64 pci_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    const struct file *f = file_of(id);

    (void)c;
    if (!f)
        return -EISDIR;
    if (offset >= PCI_CONFIG_SIZE)
        return 0;
    len = len < PCI_CONFIG_SIZE - offset ? len : (size_t)(PCI_CONFIG_SIZE - offset);
    for (size_t done = 0; done < len;) {
        u32 at = (u32)(offset + done), skip = at % 4;
        u32 word = hw_read32(f->function->config, at - skip);
        size_t n = 4 - skip < len - done ? 4 - skip : len - done;

        memcpy((u8 *)buf + done, (u8 *)&word + skip, n);
        done += n;
    }
    return (i64)len;
}

static i64 pci_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    const struct file *f = file_of(id);
    u32 word = 0;

    (void)c;
    if (!f || !f->drives)
        return -EBADF;
    if ((len != 1 && len != 2 && len != 4) || offset % len || offset >= PCI_CONFIG_SIZE)
        return -EINVAL;
    memcpy(&word, buf, len);
    if (len == 4)
        hw_write32(f->function->config, (u32)offset, word);
    else if (len == 2)
        hw_write16(f->function->config, (u32)offset, (u16)word);
    else
        f->function->config[offset] = (u8)word;
    return (i64)len;
}

static i64 pci_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    (void)c;
    if (id == ROOT) {
        for (u64 i = start; i < nfunctions; i++) {
            const char *name = functions[i].name;
            if (!dirent_add(b, DIRECTORY(i), i + 1, DIRENT_DIR, name, strlen(name)))
                break;
        }
        return 0;
    }
    if (id >= CONFIG(0))
        return -ENOTDIR;
    if (start == 0)
        dirent_add(b, CONFIG(id), 1, DIRENT_FILE, "config", 6);
    return 0;
}

static i64 pci_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    *st = file_of(id) ? (struct rx_stat){.mode = MODE_FILE | 0600,
                                         .nlink = 1,
                                         .size = PCI_CONFIG_SIZE,
                                         .blksize = PCI_CONFIG_SIZE}
                      : (struct rx_stat){.mode = MODE_DIR | 0700, .nlink = 1, .blksize = 4096};
    return 0;
}

static i64 pci_fsize(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return file_of(id) ? (i64)PCI_CONFIG_SIZE : -ESPIPE;
}

static i64 pci_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    const struct file *f = file_of(id);
    char text[64];
    int n;

    (void)c;
    if (f)
        n = snprintf(text, sizeof text, "/scheme/pci/%s/config", f->function->name);
    else
        n = snprintf(text, sizeof text, "/scheme/pci/%s",
                     id == ROOT ? "" : functions[id - DIRECTORY(0)].name);
    if ((size_t)n > len)
        return -ERANGE;
    memcpy(buf, text, (size_t)n);
    return n;
}

static void pci_on_close(struct scheme *s, u64 id)
{
    struct file *f = file_of(id);

    (void)s;
    if (!f)
        return;
    if (f->drives)
        f->function->driven = false;
    *f = (struct file){0};
}

static const struct scheme_ops ops = {
    .openat = pci_openat,
    .read = pci_read,
    .write = pci_write,
    .fsize = pci_fsize,
    .getdents = pci_getdents,
    .fstat = pci_fstat,
    .fpath = pci_fpath,
    .on_close = pci_on_close,
};

int main(void)
{
    struct scheme *scheme;

    scan();
    i64 r = scheme_create(&ops, NULL, ROOT, &scheme);
    if (r >= 0)
        r = scheme_publish(scheme, "pci");
    if (r < 0)
        hw_fail("pcid", "cannot make the scheme", r);
    redox_setrens_v1(0, 0);
    scheme_run();
}
