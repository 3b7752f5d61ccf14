/* What the parts of the library share: the open file system and its cached things.
 *
 * Every cached thing is an item: a metadata block by its index, a node by its id, a record by node
 * and number. What must always hold:
 *   - an item is dirty exactly when its block was taken by the running transaction and its content
 *     is not yet written there; a dirty item's parents are dirty, up to the header's copy
 *   - the hash in a pointer to a dirty metadata block means nothing; the commit fills it in
 *   - items go only in cache_trim, which is called between operations; within one, pointers to
 *     items stay good */
#ifndef REDOXFS_INTERNAL_H
#define REDOXFS_INTERNAL_H

#include "redoxfs/extents.h"
#include "redoxfs/layout.h"
#include "redoxfs/redoxfs.h"

enum item_kind { ITEM_META, ITEM_NODE, ITEM_RECORD };

struct slot;

struct item {
    struct item *chain;       /* of the hash table */
    struct item *prev, *next; /* of the list of clean items, or of dirty ones of its kind */
    uint64_t key, number;     /* index, 0; id, 0; id, record number */
    uint64_t index;           /* where the block is; of a clean record: nothing */
    uint64_t hash;            /* of a clean metadata block: what its pointer said */
    uint8_t *data;            /* NULL: of a record that is kept in short only */
    struct slot *home;        /* of data, in the pool; NULL: it is malloc's */
    uint32_t size;            /* bytes of data */
    uint32_t room;            /* bytes that there is memory for */
    uint8_t kind;
    uint8_t level; /* of a dirty record's block */
    bool dirty;
    bool listed;    /* in a list, which nodes that are held or have records are not while clean */
    bool busy;      /* a walk is in it: it must not go */
    bool checked;   /* a directory block: its inner structure was found good */
    uint32_t round; /* of the last commit that computed its hash */
};

struct record;

struct node {
    struct item item;
    struct record *records; /* cached ones */
    uint32_t holds;
    uint32_t parent;       /* of a directory: where it was last seen; 0: not known */
    uint64_t next_record;  /* that a sequential reader would want */
    uint64_t glimpsed;     /* record of which a part was unpacked last, + 1 */
    uint64_t next_written; /* where a sequential writer would go on */
    uint64_t ahead;        /* first record not yet asked for ahead */
    bool orphan;           /* deleted, on the release list */
};

struct change;

struct record {
    struct item item;
    struct node *node;
    struct record *before, *after; /* of the node's list */
    bool tail_zero;                /* what lies behind the end of the file is known to be zero */
    uint8_t *packed;               /* as it is stored; NULL: it is not kept so (fold.c) */
    uint32_t packed_len;
    uint32_t changed; /* bytes of memory of the changes to that, oldest first */
    struct change *changes, *last_change;
    struct record *colder, *hotter; /* of those that are kept so, and have their content besides */
};

struct item_list {
    struct item *first, *last;
};

struct pool;

struct cache {
    struct pool *pool;   /* of the largest records; NULL: all is malloc's */
    struct pool *blocks; /* of metadata; both or none */
    struct item **table;
    uint64_t buckets;
    uint64_t items;
    uint64_t bytes;      /* in all items */
    uint64_t limit;      /* that bytes should not pass between operations */
    uint64_t dirty_meta; /* bytes of room in dirty metadata blocks and nodes */
    uint64_t dirty_records;
    struct item_list clean;    /* least recently used first */
    struct item_list dirty[3]; /* by kind, in the order of becoming dirty */
    struct record *coldest, *hottest;
    uint64_t open; /* bytes of content in those */
};

/* Types of nodes (types.c). */
#define TYPES_CHUNKS 256u
struct types {
    uint8_t *chunk[TYPES_CHUNKS];
    uint64_t bytes, limit; /* in all chunks */
};

struct crypt; /* keys of an encrypted file system */

struct rfs {
    struct rfs_device dev;
    bool read_only;
    int failed; /* errno after which nothing may be written any more, or 0 */
    void (*now)(void *ctx, struct rfs_time *out);
    void *now_ctx;
    struct crypt *crypt;
    uint64_t base;
    uint64_t blocks;           /* of the file system, as far as the device has them */
    uint8_t header[RFS_BLOCK]; /* the newest, with the running transaction's pointers */
    bool changed;              /* the running transaction has something to commit */
    bool synced;               /* the newest header is known to be on stable storage */
    bool corrupt;              /* something contradicted itself */

    struct cache cache;
    struct types types;
    uint8_t
        *scratch; /* RECORD_MAX bytes and one block: compressing, encrypting, gathering writes */
    uint8_t *scratch2;
    uint8_t *unfolded; /* RECORD_MAX bytes: of a record that is kept in short */
    uint32_t seal_round;

    struct extents free;  /* may be taken */
    struct extents taken; /* by the running transaction */
    struct extents let;   /* let go by it: free after the commit */
    struct extents hold;  /* free in the newest header, which is not known to be stable */

    uint64_t *log; /* blocks of the allocation log, oldest first */
    uint32_t log_blocks;
    uint8_t log_tail[RFS_BLOCK]; /* the newest one */

    uint32_t *release; /* ids on the release list */
    uint32_t releases, release_room;
    uint64_t *release_chain; /* its blocks */
    uint32_t release_blocks;
    bool release_changed;
};

/* ---- cache.c ---- */

int cache_init(struct cache *c, uint64_t limit, bool pooled);
void cache_free(struct cache *c);
struct item *cache_find(struct cache *c, enum item_kind kind, uint64_t key, uint64_t number);
/* A new clean item with size bytes of data, which are not initialised, and room for more. NULL: no
 * memory. */
struct item *cache_add(struct cache *c, enum item_kind kind, uint64_t key, uint64_t number,
                       uint32_t size, uint32_t room);
void cache_drop(struct cache *c, struct item *i);
void cache_drop_record(struct cache *c, struct record *r); /* its node's list included */
void cache_touch(struct cache *c, struct item *i);
void cache_rekey(struct cache *c, struct item *i, uint64_t key);
/* New bytes are not initialised. When it has to move, room for so many bytes is made. */
int cache_resize(struct cache *c, struct item *i, uint32_t size, uint32_t room);
void cache_set_dirty(struct cache *c, struct item *i);
void cache_set_clean(struct cache *c, struct item *i);
/* A node that gained or lost its last hold or record. */
void cache_relist(struct cache *c, struct item *i);
/* Lets go of clean items until the cache is within its limit, or there are none left. */
void cache_trim(struct cache *c);

/* Memory for data that was let go, not initialised. */
int cache_fill(struct cache *c, struct item *i);
void cache_empty(struct cache *c, struct item *i);

void cache_weigh_changes(struct cache *c, struct record *r, uint32_t changed);

/* ---- fold.c: records kept as they are stored ---- */

/* A clean record has been stored as those len bytes: a length and what LZ4 made of the content. */
void fold_keep(struct cache *c, struct record *r, const uint8_t *stored, uint32_t len);
void fold_forget(struct cache *c, struct record *r); /* the content is about to change */
void fold_free(struct cache *c, struct record *r);   /* the record goes */
void fold_touch(struct cache *c, struct record *r);
int fold_open(struct cache *c, struct record *r); /* sees to it that it has its content */
/* The content of a record that is kept in short, item.size bytes. */
int fold_read(const struct record *r, uint8_t *out);
/* Whether a write may wait beside the record, and that it does; the record is dirty then. */
bool fold_takes(const struct record *r, uint32_t at, uint32_t len);
int fold_change(struct cache *c, struct record *r, uint32_t at, const void *buf, uint32_t len);
/* A dirty record without content, changes worked in, is the same as those bytes. If they are too
 * many (len 0 is that, too) it has its content afterwards. */
int fold_renew(struct cache *c, struct record *r, const uint8_t *stored, uint32_t len);
void fold_trim(struct cache *c);

/* ---- pool.c: memory of one size ---- */

void *block_alloc(size_t size);                      /* aligned to a block; free() it */
struct pool *pool_make(size_t size, uint32_t slots); /* of that size, so many in each piece */
void pool_free(struct pool *p);                      /* with all that was taken from it */
/* Not initialised. NULL: no memory. */
uint8_t *pool_take(struct pool *p, struct slot **home);
void pool_give(struct slot *home);
uint64_t pool_bytes(const struct pool *p); /* of memory, in use or not */
uint64_t pool_spare(const struct pool *p); /* of it, not in use */
bool pool_vacant(const struct pool *p);    /* there is a piece of which nothing is in use */
/* Lets go of memory that was in use neither now nor at the call before, or, `now`, of what is not
 * in use. True: there is some that the next call may let go of. */
bool pool_age(struct pool *p, bool now);

/* ---- types.c ---- */

/* The type bits of the node's mode; 0: not known. */
uint16_t types_get(const struct types *t, uint32_t id);
void types_set(struct types *t, uint32_t id, uint16_t mode); /* mode 0: there is no such node */
void types_free(struct types *t);

/* ---- io.c ---- */

/* Reads what p leads to into buf, RFS_BLOCK << level bytes, verified and decrypted. */
int read_block(struct rfs *fs, struct ptr p, uint8_t *buf);
/* Encrypts as needed and writes count blocks, at most those of the largest record. */
int write_block(struct rfs *fs, uint64_t index, uint32_t count, const uint8_t *buf);
/* The same, and *hash is what a pointer to it says. */
int write_hashed(struct rfs *fs, uint64_t index, uint32_t count, const uint8_t *buf,
                 uint64_t *hash);
int flush_device(struct rfs *fs);

/* ---- crypt.c ---- */

int crypt_open(struct crypt **out, const uint8_t *header, const void *password, size_t len);
void crypt_free(struct crypt *c);
int crypt_blocks(struct crypt *c, bool encrypt, uint64_t index, uint32_t count, const uint8_t *in,
                 uint8_t *out);
/* Fills a key slot and returns the keys in use. */
int crypt_make(struct crypt **out, uint8_t *slot, const struct rfs_format *format);
void crypt_seal_header(struct crypt *c, uint8_t *header);

/* ---- header.c ---- */

bool header_valid(const uint8_t *block);
bool header_encrypted(const uint8_t *block);
void header_finish(uint8_t *block, struct crypt *crypt); /* computes both hashes */
int header_find(struct rfs *fs, uint64_t base);          /* fills in base, blocks and header */
int header_write(struct rfs *fs, const uint8_t *header);

/* ---- alloc.c: blocks of the device ---- */

int space_replay(struct rfs *fs);
/* Takes an aligned block of 2^level blocks. */
int space_take(struct rfs *fs, unsigned level, uint64_t *index);
/* Gives back what a pointer of the committed state or of this transaction led to. */
bool space_give(struct rfs *fs, uint64_t index, unsigned level); /* false: it was not in use */
/* Of a block taken by this transaction, the part behind 2^to blocks. */
void space_shrink(struct rfs *fs, uint64_t index, unsigned from, unsigned to);
/* Makes sure that blocks single blocks, and one of 2^level if level is not 0, can be taken without
 * failing, committing if that helps. spare: leave a reserve for deleting. */
int space_reserve(struct rfs *fs, uint64_t blocks, unsigned level, bool spare);
uint64_t space_left(const struct rfs *fs);

/* ---- log.c: the allocation log ---- */

int log_write(struct rfs *fs, bool squash);

/* ---- meta.c ---- */

/* The block that a pointer leads to, through the cache. */
int meta_load(struct rfs *fs, struct ptr p, struct item **out);
/* Makes it the running transaction's own, at a new place, and stores that in slot. */
int meta_own(struct rfs *fs, struct item *i, uint8_t *slot);
/* A new block of zeros, stored in slot. */
int meta_new(struct rfs *fs, uint8_t *slot, struct item **out);
void meta_discard(struct rfs *fs, struct item *i);

/* ---- tree.c: from ids to nodes ---- */

#define ID_NONE 0u
int tree_find(struct rfs *fs, uint32_t id, struct ptr *out);
/* Owns the path to id and returns the slot of its pointer. */
int tree_own(struct rfs *fs, uint32_t id, uint8_t **slot);
int tree_insert(struct rfs *fs, uint32_t *id, uint8_t **slot);
int tree_remove(struct rfs *fs, uint32_t id);
int tree_seal(struct rfs *fs);
/* Blocks that may be needed to change n nodes. */
#define TREE_COST(n) ((uint64_t)(n) * (TREE_LEVELS + 1))

/* ---- node.c ---- */

int node_load(struct rfs *fs, uint32_t id, struct node **out);
int node_own(struct rfs *fs, struct node *n);
int node_new(struct rfs *fs, const struct rfs_new *attr, struct node **out);
void node_destroy(struct rfs *fs, struct node *n);
void node_unlinked(struct rfs *fs, struct node *n); /* one name less */
void node_add_blocks(struct node *n, int64_t blocks);
void node_touch(struct rfs *fs, struct node *n);    /* its content changes now */
void node_accessed(struct rfs *fs, struct node *n); /* it was read now */
int node_seal(struct rfs *fs, struct node *n);

static inline uint16_t node_mode(const struct node *n)
{
    return get16(n->item.data + NODE_MODE);
}

static inline uint16_t node_type(const struct node *n)
{
    return node_mode(n) & RFS_TYPE;
}

static inline uint64_t node_size(const struct node *n)
{
    return get64(n->item.data + NODE_SIZE);
}

static inline bool node_inline(const struct node *n)
{
    return get32(n->item.data + NODE_FLAGS) & NODE_INLINE;
}

static inline unsigned node_record_level(const struct node *n)
{
    return get32(n->item.data + NODE_RECORD_LEVEL);
}

static inline uint32_t node_id(const struct node *n)
{
    return (uint32_t)n->item.key;
}

/* ---- map.c: from record numbers to pointers ---- */

uint64_t map_limit(void); /* number of records a file can have */
int map_get(struct rfs *fs, struct node *n, uint64_t record, struct ptr *out);
/* Owns the path to a record and returns the slot of its pointer. */
int map_own(struct rfs *fs, struct node *n, uint64_t record, uint8_t **slot);
/* Removes the pointers of records from to until-1 and frees what they lead to; n is owned. */
void map_prune(struct rfs *fs, struct node *n, uint64_t from, uint64_t until);
#define MAP_COST (3u * MAP_DEPTHS) /* blocks that changing one or two records may need */
int map_seal(struct rfs *fs, struct node *n);

/* ---- record.c ---- */

int record_load(struct rfs *fs, struct node *n, uint64_t number, struct record **out);
/* Small parts of one that is kept in short: *data is len bytes, valid until the next call. 1: they
 * are there; 0: it is to be loaded; or an error. */
int record_glimpse(struct rfs *fs, struct node *n, uint64_t number, uint32_t at, uint64_t len,
                   const uint8_t **data);
int record_write(struct rfs *fs, struct node *n, uint64_t number, uint32_t at, const void *buf,
                 uint32_t len);
/* Cuts a record off behind len bytes, len not 0. */
int record_cut(struct rfs *fs, struct node *n, uint64_t number, uint32_t len);
void records_forget(struct rfs *fs, struct node *n, uint64_t from, uint64_t until);
int records_flush(struct rfs *fs, uint64_t keep); /* until at most keep dirty bytes are left */
int record_flush(struct rfs *fs, struct node *n, uint64_t number); /* that one, if it is dirty */
int record_unpack(const uint8_t *stored, uint32_t size, uint64_t addr, uint8_t *out, uint32_t room);

/* ---- content.c ---- */

int content_resize(struct rfs *fs, struct node *n, uint64_t size);
int64_t content_write(struct rfs *fs, struct node *n, uint64_t offset, const void *buf, size_t len);

/* ---- dirlist.c: a block of directory entries ---- */

struct entry_ref {
    uint32_t at; /* where it begins in the block */
    uint32_t id;
    uint32_t hash;
    uint8_t len;
    const char *name;
};
bool dirlist_valid(const uint8_t *list);
bool dirlist_find(const uint8_t *list, const char *name, size_t len, uint32_t *at);
bool dirlist_append(uint8_t *list, uint32_t id, const char *name, size_t len);
void dirlist_cut(uint8_t *list, uint32_t at);
uint32_t dirlist_max_hash(const uint8_t *list); /* NO_HASH when it is empty */
/* Entry at *at, advancing it; false at the end. The hash is computed only if hashed. */
bool dirlist_next(const uint8_t *list, uint32_t *at, struct entry_ref *out, bool hashed);
/* Splits list and the new entry into list and other, both in order of hashes. */
int dirlist_split(uint8_t *list, uint8_t *other, uint32_t id, const char *name, size_t len);

/* ---- htree.c: directories ---- */

struct dir_path {
    unsigned depth;                      /* of H-tree blocks */
    struct item *block[HTREE_DEPTH_MAX]; /* the root first */
    unsigned entry[HTREE_DEPTH_MAX];     /* which one was taken in it */
    struct item *list;
    uint32_t at; /* of the entry in the list */
};
int dir_depth(const struct node *dir, unsigned *depth); /* ENOENT: the directory is empty */
int dir_find(struct rfs *fs, struct node *dir, const char *name, size_t len, struct dir_path *path);
int dir_insert(struct rfs *fs, struct node *dir, uint32_t id, const char *name, size_t len);
int dir_remove(struct rfs *fs, struct node *dir, struct dir_path *path);
int dir_retarget(struct rfs *fs, struct node *dir, struct dir_path *path, uint32_t id);
int dir_own_path(struct rfs *fs, struct node *dir, struct dir_path *path);
int dir_seal(struct rfs *fs, struct node *dir);
int htree_load(struct rfs *fs, struct ptr p, struct item **out);
int dirlist_load(struct rfs *fs, struct ptr p, struct item **out);
unsigned htree_used(const uint8_t *block);
#define DIR_COST (2u * HTREE_DEPTH_MAX + 4u) /* blocks that one insertion may need */

static inline uint32_t path_id(const struct dir_path *path)
{
    return get32(path->list->data + path->at);
}

/* ---- names.c ---- */

bool rfs_name_valid(const char *name, size_t len);

/* ---- readdir.c ---- */

/* rfs_readdir within an operation. */
int dir_list(struct rfs *fs, uint32_t dir, uint64_t cursor,
             int (*each)(void *ctx, const struct rfs_entry *entry), void *ctx);

/* ---- release.c: deleted but held nodes ---- */

int release_read(struct rfs *fs);
int release_add(struct rfs *fs, uint32_t id);
void release_drop(struct rfs *fs, uint32_t id);
bool release_has(const struct rfs *fs, uint32_t id);
int release_write(struct rfs *fs);
int release_all(struct rfs *fs); /* deletes all that are not held */

/* ---- commit.c ---- */

enum commit { COMMIT_LAZY, COMMIT_SYNC, COMMIT_SQUASH };
int commit(struct rfs *fs, enum commit how);
/* Begins an operation: trims the cache, commits when too much is dirty. writes: EROFS applies. */
int op_begin(struct rfs *fs, bool writes);
/* An operation failed in the middle for a reason that should not be: nothing is written any more.
 */
int op_broken(struct rfs *fs, int err);
/* Computes the hash of a dirty metadata item whose children are sealed. */
uint64_t seal_item(struct rfs *fs, struct item *i);
/* The dirty metadata block that a pointer leads to and that is not sealed yet, or NULL; of one that
 * is sealed, the pointer's hash is filled in. */
struct item *seal_child(struct rfs *fs, uint8_t *slot);

#endif
