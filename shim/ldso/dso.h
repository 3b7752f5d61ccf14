/*
 * Programs and libraries that are in memory, and the rules between them.
 *
 * A record is complete before it is linked in, at the end of the list, and keeps its link when it
 * is taken out: so symbols are looked up without a lock, in a signal handler too. What changes the
 * list holds the loader's lock. Which libraries go, and when, is told in unload.c.
 *
 * The loader itself is a part of the shared C library: it runs before thread-local storage is
 * there, so nothing in this folder up to __umk_ldso_main uses errno, malloc or stdio.
 */
#ifndef SHIM_LDSO_DSO_H
#define SHIM_LDSO_DSO_H

#include "shim/src/elf/image.h"
#include "shim/src/internal/start.h"

struct dso_group;

struct dso {
    struct dso *next;
    const char *path; /* as it was opened; "" for the program when it has none */
    const char *name; /* what others call it in DT_NEEDED */
    u64 device, inode;
    struct elf_image image;
    struct elf_tables tables;
    struct umk_tls_module tls; /* tls.number is 0 when it has none */
    struct dso **needed;       /* in the order of its dynamic section */
    u32 nneeded, needed_room;
    u32 opens;    /* by dlopen, and not closed again */
    bool stays;   /* it was there at the start, or is never to go */
    bool used;    /* a mark of unload.c's */
    bool leaving; /* its destructors run or have run: no dlopen finds it any more */
    bool global;  /* everybody may use its symbols */
    bool relocated;
    bool lazy;
    u8 init_state;           /* DSO_INIT_* */
    struct dso_group *group; /* what it was loaded with by dlopen; NULL: at start */
    struct dso *after;       /* whose destructors run after this one's */
};

enum {
    DSO_INIT_NOT = 0,
    DSO_INIT_RUNNING = 1,
    DSO_INIT_DONE = 2,
};

/* What one dlopen loaded, the library itself first: the scope of symbols that are not global. */
struct dso_group {
    u32 n, room;
    struct dso *members[];
};

/* All that are in memory, in the order of their loading: first the program, then the C library. */
extern struct dso *__umk_dsos __umk_hidden;

/* A message, put together from pieces; never too long, cut instead. */
struct dl_text {
    size_t len;
    char text[512];
};
void __umk_dl_clear(struct dl_text *t) __umk_hidden;
void __umk_dl_add(struct dl_text *t, const char *piece) __umk_hidden;
/* "SUBJECT: MESSAGE[ DETAIL]"; subject and detail may be NULL. */
void __umk_dl_say(struct dl_text *t, const char *subject, const char *message,
                  const char *detail) __umk_hidden;
/* Writes it as one line to standard error and ends the program with status 127. */
_Noreturn void __umk_dl_fatal(const struct dl_text *t) __umk_hidden;

/* ---- symbols.c: no vector registers, no locks: the lazy binder saves none ---- */

struct dso_symbol {
    const struct dso *dso;
    const struct elf_sym *sym;
};

/* Finds a definition in one file. */
bool __umk_dso_find(const struct dso *d, const char *name, struct dso_symbol *out) __umk_hidden;
/* Finds what a reference of `from` means: global ones in order of loading, then those of its group.
 * skip (may be NULL) is left out. */
bool __umk_dso_resolve(const struct dso *from, const char *name, const struct dso *skip,
                       struct dso_symbol *out) __umk_hidden;
/* Calls code of a file that chooses among several functions: the address of the chosen one. */
u64 __umk_dl_choose(u64 chooser) __umk_hidden;
/* The address of a symbol that is not thread-local; calls the chooser of an indirect function. */
u64 __umk_dso_address(const struct dso_symbol *s) __umk_hidden;

/* ---- relocate.c ---- */

/* Applies all relocations but, where d->lazy, those of calls. 0 or -ENOEXEC. */
i64 __umk_dso_relocate(struct dso *d, struct dl_text *why) __umk_hidden;

/* ---- load.c, search.c ---- */

/* Maps the file that is open as fd. The record is not in the list yet; path is kept. */
i64 __umk_dso_map(i64 fd, const char *path, struct dso **out, struct dl_text *why) __umk_hidden;
void __umk_dso_unmap(struct dso *d) __umk_hidden;
/* Fills in what the record of an image in memory says of it. path is kept. */
i64 __umk_dso_describe(struct dso *d, const char *path, const char **why) __umk_hidden;
/* Opens a library by name: with a slash as it is, otherwise where d's runpath, LD_LIBRARY_PATH and
 * the system's folders say. Result: descriptor, or -ENOENT; *path gets the path, which stays. */
i64 __umk_dso_open(const struct dso *d, const char *name, const char **path) __umk_hidden;
void __umk_dso_set_search_path(const char *list) __umk_hidden;

/* ---- graph.c ---- */

/* The loader's own record, and what it is called. */
extern struct dso __umk_self_dso __umk_hidden;

/* Finds or loads a library for `from`; a new one is appended to the list, still unseen by lookups
 * of others unless global. What it needs is not loaded yet. */
i64 __umk_dso_get(const struct dso *from, const char *name, bool global, struct dso **out,
                  struct dl_text *why) __umk_hidden;
/* Loads what d and all after it in the list need, breadth first. */
i64 __umk_dso_get_needed(struct dso *d, bool global, struct dl_text *why) __umk_hidden;
void __umk_dso_append(struct dso *d) __umk_hidden;
/* Takes d and all after it off the list again and out of memory. */
void __umk_dso_drop(struct dso *d) __umk_hidden;
/* Makes read-only what a relocated file asks for. */
i64 __umk_dso_seal(const struct dso *d, struct dl_text *why) __umk_hidden;
/* Runs constructors, those of what is needed first. */
void __umk_dso_init(struct dso *d) __umk_hidden;
/* The one that was initialized last of those that are leaving, for its destructors to be run; NULL:
 * there is none, or none any more. */
const struct dso *__umk_dso_next_leaving(void) __umk_hidden;
void __umk_dso_fini(const struct dso *d) __umk_hidden;

/* ---- unload.c ---- */

/* Takes out of memory what nobody uses any more. */
void __umk_dso_collect(void) __umk_hidden;
/* Gives back the memory of a record that is in no list. */
void __umk_dso_free(struct dso *d) __umk_hidden;
/* How many libraries have been taken out so far. */
extern u64 __umk_dso_unloaded __umk_hidden;

/* ---- memory.c ---- */

/* Zeroed memory; NULL: none left. */
void *__umk_dl_alloc(size_t len) __umk_hidden;
/* For the next __umk_dl_alloc of that length; p may be NULL. */
void __umk_dl_free(const void *p, size_t len) __umk_hidden;
const char *__umk_dl_strdup(const char *s, size_t len) __umk_hidden;

/* The loader's lock: the same thread may take it again, as a constructor that calls dlopen does. */
void __umk_dl_lock(void) __umk_hidden;
void __umk_dl_unlock(void) __umk_hidden;

/* Entry of a call that is bound at its first use (lazy.S). */
void __umk_dl_lazy_entry(void) __umk_hidden;

#endif
