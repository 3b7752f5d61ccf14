/*
 * Message digests, and the program that md5sum, sha256sum and the others are. The digests are those
 * of well-kept libraries (third/), with the fast paths of the processor it runs on.
 */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include <stdalign.h>
#include <stddef.h>

#define DIGEST_MAX 1024   /* bytes of the longest digest, of BLAKE3 */
#define DIGEST_STATE 2048 /* enough for the state of each library's */

struct digest_kind;

/* A digest under way; one struct serves all kinds. It holds nothing that must be released. */
struct digest {
    const struct digest_kind *kind;
    size_t size; /* of the result, in bytes */
    alignas(64) unsigned char state[DIGEST_STATE];
};

struct digest_kind {
    const char *name;    /* as in --tag lines: "SHA256" */
    size_t size;         /* of the digest, in bytes, */
    size_t longest;      /* and up to which its length can be chosen (-l); 0: it cannot */
    const void *library; /* what the functions below want to know */
    void (*start)(struct digest *d);
    void (*add)(struct digest *d, const void *data, size_t len);
    void (*end)(struct digest *d, unsigned char *out);
};

extern const struct digest_kind digest_md5, digest_sha1, digest_sha224, digest_sha256,
    digest_sha384, digest_sha512, digest_blake2b, digest_blake3;

/* size: bytes of the result, at most DIGEST_MAX; 0 is the kind's own. */
void digest_start(struct digest *d, const struct digest_kind *kind, size_t size);
void digest_add(struct digest *d, const void *data, size_t len);
void digest_end(struct digest *d, unsigned char out[DIGEST_MAX]);

/* The whole of such a program; its exit status. */
int digest_main(const struct digest_kind *kind, int argc, char **argv);

#endif
