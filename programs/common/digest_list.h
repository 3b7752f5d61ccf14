/* Lines that say which digest a file has, as md5sum and its relatives write and read them. */
#ifndef COMMON_DIGEST_LIST_H
#define COMMON_DIGEST_LIST_H

#include "digest.h"

#include <stdbool.h>

/* One such line; both texts lie in the line it was read from. */
struct digest_line {
    char *name;
    char *hex;   /* lower case */
    size_t size; /* of the digest, in bytes */
};

/*
 * Reads "HEX  NAME", or "KIND (NAME) = HEX" as BSD writes it; `line` has no end of line, and is
 * changed. False when it is neither, or of another kind.
 */
bool digest_line_read(const struct digest_kind *kind, char *line, struct digest_line *out);

/*
 * The name as a line must have it: backslash, newline and carriage return as \\, \n and \r, which
 * *escaped says; the line then begins with a backslash. malloc'd.
 */
char *digest_name_escape(const char *name, bool *escaped);

#endif
