/*
 * What `umk run` gives a system of the host's storage: images and block devices (--image, --disk),
 * directories (--share), a mount point (--export). Owned by the kernel process, which opens
 * everything before the system starts and lends it to the drivers (driver.c) that serve it.
 *
 * Always true: an image that one system may write is in no other system's hands. The lock is an
 * flock on the file, exclusive for writers and shared for all others.
 */
#ifndef UMK_HOST_DRIVES_H
#define UMK_HOST_DRIVES_H

#include <stdbool.h>
#include <stdio.h>

#define DRIVES_MAX 16u
#define SHARES_MAX 16u

enum drive_mode {
    DRIVE_WRITE,
    DRIVE_READ,
    DRIVE_SNAPSHOT, /* what is written goes to a file without a name, and is gone at the end */
};

struct drive {
    const char *path; /* len bytes of it */
    int path_len;
    enum drive_mode mode;
    int fd, overlay; /* -1: not open */
};

struct share {
    const char *name; /* len bytes of it: the scheme's */
    int name_len;
    const char *path;
    int path_len;
    bool read_only;
    int fd;
};

struct storage {
    struct drive drives[DRIVES_MAX];
    unsigned ndrives;
    struct share shares[SHARES_MAX];
    unsigned nshares;
    const char *image;     /* --image: the root file system; NULL: the one beside umk, if any */
    bool ephemeral;        /* --ephemeral: the root file system as a snapshot */
    bool has_root;         /* drive 0 holds the root file system */
    const char *export_to; /* --export; NULL: none */
};

/* The values of options. False: the reason was printed. */
bool drives_add(struct storage *s, const char *value);
bool drives_share(struct storage *s, const char *value);

/* Opens everything. own_image: the image beside umk, or NULL: none is to be looked for. False: the
 * reason was printed. */
bool drives_open(struct storage *s, const char *own_image);
/* For the end of a system: its images may be another's at once. */
void drives_unlock(const struct storage *s);
/* Variables for the system's first process, as lines NAME=VALUE. */
void drives_environment(const struct storage *s, FILE *out);

#endif
