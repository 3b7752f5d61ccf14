/* Message digests, and the program that md5sum, sha1sum, sha256sum and sha512sum are. */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_MAX 64

/* A digest under way; one struct serves all kinds. */
struct digest {
    const struct digest_kind *kind;
    union {
        uint32_t h32[8];
        uint64_t h64[8];
    };
    uint64_t bytes;
    unsigned char block[128];
    size_t fill;
};

struct digest_kind {
    const char *name; /* as in --tag lines: "SHA256" */
    size_t size;      /* of the digest, in bytes */
    size_t block;     /* 64 or 128 bytes */
    int little_endian;
    void (*start)(struct digest *d);
    void (*take)(struct digest *d, const unsigned char *block);
};

extern const struct digest_kind digest_md5, digest_sha1, digest_sha256, digest_sha512;

void digest_start(struct digest *d, const struct digest_kind *kind);
void digest_add(struct digest *d, const void *data, size_t len);
void digest_end(struct digest *d, unsigned char out[DIGEST_MAX]);

/* The whole of such a program; its exit status. */
int digest_main(const struct digest_kind *kind, int argc, char **argv);

#endif
