/*
 * Start of a dynamically linked program. The kernel started the shared C library, which is also
 * the loader, with the arguments
 *
 *     NAME --program PATH ARGS...     NAME being what the program shall see as argv[0]
 *     ld-umk.so.1 PATH ARGS...        by hand
 *
 * It loads PATH and what that needs, and jumps to the program's entry. Whatever is missing is told
 * in one line, and the exit status is 127.
 */
#include <string.h>
#include "shim/ldso/dso.h"

#define AT_PHDR 3
#define AT_PHENT 4
#define AT_PHNUM 5
#define AT_BASE 7
#define AT_ENTRY 9

#define LOADER_PATH "/lib/ld-umk.so.1"

extern const struct elf_header __ehdr_start __umk_hidden;

/* What the program is told of its start: the kernel's words, but for what describes the file. */
static struct rx_start told;
static u64 auxv[] = {
    AT_PHDR, 0, AT_PHENT, sizeof(struct elf_phdr), AT_PHNUM, 0, AT_BASE, 0, AT_ENTRY, 0, 0, 0};

static const char *variable(const char *name)
{
    size_t len = strlen(name);

    for (char **e = told.envp; *e; e++)
        if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
            return *e + len + 1;
    return NULL;
}

static _Noreturn void fail(const char *subject, const char *message)
{
    struct dl_text why;

    __umk_dl_say(&why, subject, message, NULL);
    __umk_dl_fatal(&why);
}

/* Takes the loader's own arguments away. Result: the program's path. */
static const char *take_arguments(void)
{
    const char *path;

    if (told.argc >= 3 && strcmp(told.argv[1], "--program") == 0) {
        path = told.argv[2];
        told.argv[2] = told.argv[0];
        told.argv += 2;
        told.argc -= 2;
        return path;
    }
    if (told.argc < 2)
        fail(LOADER_PATH, "no program to load");
    told.argv++;
    told.argc--;
    return told.argv[0];
}

static void describe_self(void)
{
    struct dso *self = &__umk_self_dso;
    const char *why;

    self->image.bias = (uintptr_t)&__ehdr_start;
    if (__umk_elf_plan(&__ehdr_start, ELF_HEAD_MAX, UINT64_MAX / 2, &self->image.plan, &why) < 0 ||
        __umk_dso_describe(self, LOADER_PATH, &why) < 0)
        fail(LOADER_PATH, why);
    self->global = true;
}

static struct dso *load_program(const char *path)
{
    struct dl_text why;
    struct dso *program;
    i64 fd = rx_openat(RX_AT_FDCWD, path, strlen(path), RX_O_RDONLY | RX_O_CLOEXEC, 0);

    if (fd < 0)
        fail(path, strerror((int)-fd));
    if (__umk_dso_map(fd, path, &program, &why) < 0)
        __umk_dl_fatal(&why);
    redox_close_v1((u64)fd);
    program->global = true;
    __umk_dso_append(program);
    return program;
}

/* Libraries of LD_PRELOAD come right after the program. */
static void preload(const char *list)
{
    struct dl_text why;
    struct dso *d;

    while (list && *(list += strspn(list, ": "))) {
        size_t len = strcspn(list, ": ");
        const char *name = __umk_dl_strdup(list, len);

        if (!name || __umk_dso_get(NULL, name, true, &d, &why) < 0)
            __umk_dl_fatal(&why);
        list += len;
    }
}

/* The program last: it copies variables that must have their values by then. */
static void relocate_all(struct dso *program)
{
    const char *now = variable("LD_BIND_NOW");
    struct dl_text why;

    for (struct dso *d = program; d; d = d->next)
        d->lazy = !(now && *now) && !d->tables.bind_now;
    for (struct dso *d = program->next; d; d = d->next)
        if (__umk_dso_relocate(d, &why) < 0 || __umk_dso_seal(d, &why) < 0)
            __umk_dl_fatal(&why);
    if (__umk_dso_relocate(program, &why) < 0 || __umk_dso_seal(program, &why) < 0)
        __umk_dl_fatal(&why);
}

static void describe_program(const struct dso *program)
{
    const struct elf_plan *p = &program->image.plan;

    auxv[1] = p->phdr ? program->image.bias + p->phdr : 0;
    auxv[5] = p->phnum;
    auxv[7] = __umk_self_dso.image.bias;
    auxv[9] = program->image.bias + p->entry;
    told.auxv = auxv;
}

__attribute__((no_stack_protector)) _Noreturn void rx_program_start(const struct rx_start *start)
{
    struct dl_text why;
    struct dso *program, *none;
    const char *path;

    told = *start;
    path = take_arguments();
    __umk_dso_set_search_path(variable("LD_LIBRARY_PATH"));
    describe_self();
    program = load_program(path);
    preload(variable("LD_PRELOAD"));
    if (__umk_dso_get_needed(program, true, &why) < 0 ||
        __umk_dso_get(NULL, "libc.so", true, &none, &why) < 0)
        __umk_dl_fatal(&why);
    for (struct dso *d = program; d; d = d->next)
        if (d->tls.size)
            __umk_tls_add(&d->tls);
    for (struct dso *d = program; d; d = d->next)
        d->stays = true;
    relocate_all(program);
    describe_program(program);
    if (!__umk_elf_at(&program->image, program->image.plan.entry, 1, ELF_PF_X))
        fail(path, "its entry is not in its code");
    __umk_process_start(&told);
    __umk_dso_init(program);
    for (struct dso *d = program; d; d = d->next)
        __umk_dso_init(d);
    ((void (*)(void))(uintptr_t)auxv[9])();
    __builtin_trap(); /* an entry has nowhere to return to */
}
