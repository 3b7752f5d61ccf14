/* What the tools share: image files and block devices as devices of the library, and how tools
 * speak to who runs them. */
#ifndef HOSTTOOLS_COMMON_IMAGE_H
#define HOSTTOOLS_COMMON_IMAGE_H

#include "redoxfs/redoxfs.h"

struct image {
    int fd;
    const char *path;
    struct rfs_device dev;
};

/* Opens an existing image or block device, locked against other tools and systems. Exits with a
 * message when that fails. */
void image_open(struct image *i, const char *path, bool write);
void image_close(struct image *i);

/* Options for opening what is on it: base is a block number in hexadecimal, or NULL: look for it.
 */
struct rfs_options image_options(const char *base);

/* Mounts; asks for a password up to ten times when one is needed. password[256] keeps it. Exits
 * with a message when there is nothing to mount. */
struct rfs *image_mount(const struct image *i, struct rfs_options *opt, char *password);

/* Asks for a password until it is given up (a message, and the end): again says that the last one
 * was wrong. opt points into password[256] then. */
void image_password(struct rfs_options *opt, char *password, unsigned again);

/* Reads a password from the terminal, not shown. False: none was given. A signal that ends the tool
 * meanwhile leaves the terminal as it was. */
bool ask_password(const char *prompt, char *password, size_t size);

/* Random UUID (version 4), salt and keys, and the time. */
void fill_format(struct rfs_format *f);
void print_uuid(char text[37], const uint8_t uuid[16]);
/* The bytes of a boot loader file, for the reserved area; malloc'ed. Exits on failure. */
void *read_whole(const char *path, uint64_t *len);

/* A bar on standard error, when that is a terminal; final clears it. */
void progress(const char *what, uint64_t done, uint64_t total);
void progress_end(void);

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Who the tool is, and the exit status of fail, which is 1 otherwise. */
extern const char *tool_name;
extern int fail_status;

/* Prints "usage: TEXT" and ends: on standard output and with success when --help is the only
 * argument, else as a failure. */
_Noreturn void usage(int argc, char **argv, const char *text);

#endif
