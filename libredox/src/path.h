/*
 * The rules by which a path names a file: pure functions on text, without state,
 * calls or allocation.
 *
 *     /scheme/NAME/REST    REST in scheme NAME
 *     /scheme, /scheme/    the list of schemes: empty name, empty reference
 *     /REST                REST in scheme "file"
 *     NAME:REST            the old spelling: REST in scheme NAME, verbatim
 *     anything else        relative
 *
 * A reference is handed to the scheme as it is written: what `..` means inside a scheme
 * only its server knows. Only where a text must name a file on its own (the working
 * directory, the new name in a rename) is it made canonical.
 */
#ifndef LIBREDOX_PATH_H
#define LIBREDOX_PATH_H

#include "umk/abi/types.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

/* Text that belongs to somebody else; not NUL-terminated. */
struct span {
    const char *p;
    size_t len;
};
#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

bool span_is(struct span s, struct span other);

struct path_parts {
    bool relative;
    struct span scheme;    /* empty: the list of schemes. Meaningless if relative */
    struct span reference; /* the whole path if relative */
};

/*
 * Splits a path; the parts point into it. 0, or -ENOENT: empty, -ENAMETOOLONG: more than
 * RX_PATH_MAX bytes, -EINVAL: not UTF-8, holds NUL, or a scheme name that cannot be one.
 */
i64 path_split(struct span path, struct path_parts *out);

/*
 * Writes the canonical absolute form of path, taken from base (absolute) if it is relative:
 * no `.`, no empty part, `..` resolved by text and ending at the root, NAME:REST as
 * /scheme/NAME/REST (there `..` ends at the scheme's root). Result: length, not terminated.
 * Errors of path_split; -ENOENT also when base is empty and needed; -ENAMETOOLONG when it
 * exceeds size.
 */
i64 path_canonical(struct span base, struct span path, char *out, size_t size);

/*
 * True when a relative path starts with more `..` than directory dir (absolute, canonical) lies
 * deep in its scheme. dir's server cannot resolve that.
 */
bool path_climbs_out(struct span dir, struct span path);

/* Length of the path without its last component and the slashes around it; 0: there is none. */
size_t path_parent_len(struct span path);

/*
 * path with its first link_len bytes, which name a link, replaced by what the link says. A
 * relative target counts from the link's directory. Result: length; -ENAMETOOLONG, -ENOENT: empty
 * target.
 */
i64 path_through_link(struct span path, size_t link_len, struct span target, char *out,
                      size_t size);

#endif
