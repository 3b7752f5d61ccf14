/*
 * A static program has no loader: there is nothing to open, and every symbol was bound when it was
 * linked. Its program headers are there, for who unwinds the stack.
 */
#include <dlfcn.h>
#include <link.h>
#include "shim/src/internal/start.h"

#define AT_PHDR 3
#define AT_PHNUM 5

static bool failed;

static void *fail(void)
{
    failed = true;
    return NULL;
}

void *dlopen(const char *name, int mode)
{
    (void)name, (void)mode;
    return fail();
}

void *dlsym(void *restrict handle, const char *restrict name)
{
    (void)handle, (void)name;
    return fail();
}

int dlclose(void *handle)
{
    (void)handle;
    fail();
    return -1;
}

char *dlerror(void)
{
    static char text[] = "a static program loads no libraries";

    if (!failed)
        return NULL;
    failed = false;
    return text;
}

int dladdr(const void *address, Dl_info *info)
{
    (void)address, (void)info;
    return 0;
}

int dl_iterate_phdr(int (*fn)(struct dl_phdr_info *, size_t, void *), void *arg)
{
    struct dl_phdr_info info = {.dlpi_name = "", .dlpi_adds = 1};

    for (const u64 *a = __umk_start->auxv; a && a[0]; a += 2) {
        if (a[0] == AT_PHDR)
            info.dlpi_phdr = (const Elf64_Phdr *)a[1];
        else if (a[0] == AT_PHNUM)
            info.dlpi_phnum = (Elf64_Half)a[1];
    }
    for (Elf64_Half i = 0; info.dlpi_phdr && i < info.dlpi_phnum; i++)
        if (info.dlpi_phdr[i].p_type == PT_PHDR)
            info.dlpi_addr = (uintptr_t)info.dlpi_phdr - info.dlpi_phdr[i].p_vaddr;
    return fn(&info, sizeof info, arg);
}
