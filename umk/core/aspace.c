/* Memory objects, address spaces and their regions; see aspace.h. */
#include "umk/core/aspace.h"
#include "umk/core/process.h"
#include "umk/core/scheme.h"

struct pool object_pool = POOL_INIT(object, 1u << 20);
struct pool region_pool = POOL_INIT(region, 1u << 20);

/* A record with one reference, its memory charged; NULL: the pool is used up. */
static struct object *object_record(u64 size, bool is_device)
{
    struct object *o = pool_get(&object_pool);

    if (!o)
        return NULL;
    o->size = size;
    o->refs = 1;
    o->id = ++core.next_object_id;
    o->is_device = is_device;
    return o;
}

static i64 object_with(u64 size, i64 (*create)(struct object *), struct object **out)
{
    struct object *o;
    i64 err;

    if (size == 0 || size > UINT64_MAX / 2)
        return -EINVAL;
    size = page_up(size);
    if ((err = memory_reserve(size)))
        return err;
    o = object_record(size, false);
    err = o ? create(o) : -ENOMEM;
    if (err) {
        if (o)
            pool_put(&object_pool, o);
        memory_release(size);
        return err;
    }
    *out = o;
    return 0;
}

i64 object_new(u64 size, struct object **out)
{
    return object_with(size, core.machine->object_create, out);
}

i64 object_new_contiguous(u64 size, struct object **out)
{
    return object_with(size, core.machine->object_contiguous, out);
}

i64 object_new_device(u64 physical, u64 size, enum memory_cache cache, struct object **out)
{
    struct object *o = object_record(size, true);
    i64 err = o ? core.machine->object_device(o, physical, cache) : -ENOMEM;

    if (err && o)
        pool_put(&object_pool, o);
    *out = o;
    return err;
}

void object_get(struct object *o)
{
    core_assert(o->refs > 0);
    o->refs++;
}

void object_put(struct object *o)
{
    core_assert(o->refs > 0);
    if (--o->refs > 0)
        return;
    core.machine->object_destroy(o);
    if (!o->is_device)
        memory_release(o->size);
    pool_put(&object_pool, o);
}

void aspace_init(struct aspace *as)
{
    list_init(&as->regions);
}

static bool is_private(const struct region *r)
{
    return !r->object || !(r->flags & RX_MAP_SHARED);
}

static struct region *region_new(const struct region *what)
{
    struct region *r = pool_get(&region_pool);

    if (!r)
        return NULL;
    *r = *what;
    list_init(&r->link);
    if (r->object)
        object_get(r->object);
    if (r->file)
        desc_get(r->file);
    return r;
}

static void account(struct aspace *as, const struct region *r, u64 bytes, bool add)
{
    u64 *sum = is_private(r) ? &as->private_bytes : &as->shared_bytes;

    *sum = add ? *sum + bytes : *sum - bytes;
    if (!add && is_private(r))
        memory_release(bytes);
}

void aspace_tell_unmapped(u32 pid, const struct region *r)
{
    struct request *msg;

    if (!r->file || r->file->scheme->ops || r->file->scheme->dead)
        return;
    msg = request_new(r->file->scheme, OP_MUNMAP);
    if (!msg) {
        klog("no memory to tell %s of an unmap", r->file->scheme->label);
        return;
    }
    msg->entry.sqe.args[0] = r->file->number;
    msg->entry.sqe.args[1] = r->end - r->start;
    msg->entry.sqe.args[2] = (r->flags & RX_MAP_SHARED) && (r->prot & RX_PROT_WRITE);
    msg->entry.sqe.args[3] = r->file_offset;
    msg->entry.sqe.caller = pid;
    request_post(msg);
}

static void region_free(struct process *p, struct aspace *as, struct region *r)
{
    account(as, r, r->end - r->start, false);
    as->nregions--;
    list_remove(&r->link);
    aspace_tell_unmapped(p->pid, r);
    if (r->object)
        object_put(r->object);
    if (r->file)
        desc_put(r->file);
    pool_put(&region_pool, r);
}

/* The first region that ends above the address; the list head's container when there is none. */
static struct region *first_above(const struct aspace *as, u64 address)
{
    struct region *r;

    LIST_FOR_EACH (r, &as->regions, link)
        if (r->end > address)
            break;
    return r;
}

struct region *aspace_find(const struct aspace *as, u64 address)
{
    struct region *r = first_above(as, address);

    return &r->link != &as->regions && r->start <= address ? r : NULL;
}

static i64 place_fixed(struct aspace *as, u64 address, u64 end, u32 flags)
{
    struct region *r = first_above(as, address);
    bool overlap = &r->link != &as->regions && r->start < end;

    if (overlap && (flags & RX_MAP_FIXED_NOREPLACE) == RX_MAP_FIXED_NOREPLACE)
        return -EEXIST;
    return (i64)address;
}

i64 aspace_place(struct aspace *as, u64 address, u64 len, u32 flags)
{
    struct region *r;
    u64 at = as->low, end;

    if (flags & RX_MAP_FIXED) {
        if (address & PAGE_MASK || add_overflows(address, len, &end) || end > (1ull << 47) ||
            address < PAGE_SIZE)
            return -EINVAL;
        return place_fixed(as, address, end, flags);
    }
    LIST_FOR_EACH (r, &as->regions, link) {
        if (r->end <= at)
            continue;
        if (r->start >= at && r->start - at >= len)
            break;
        at = r->end > at ? r->end : at;
    }
    if (at >= as->high || as->high - at < len)
        return -ENOMEM;
    return (i64)at;
}

i64 aspace_map(struct aspace *as, const struct region *what)
{
    u64 bytes = what->end - what->start;
    struct region *r, *above;
    i64 err;

    if (is_private(what) && (err = memory_reserve(bytes)))
        return err;
    r = region_new(what);
    if (!r) {
        if (is_private(what))
            memory_release(bytes);
        return -ENOMEM;
    }
    above = first_above(as, r->start);
    core_assert(&above->link == &as->regions || above->start >= r->end);
    list_add(&above->link, &r->link);
    as->nregions++;
    account(as, r, bytes, true);
    return 0;
}

/* Cuts r in two at `at`; the new region is the upper part. Charges do not change. */
static struct region *split(struct aspace *as, struct region *r, u64 at)
{
    struct region *upper = region_new(r);

    if (!upper)
        return NULL;
    upper->start = at;
    upper->offset += at - r->start;
    upper->file_offset += at - r->start;
    r->end = at;
    list_add(r->link.next, &upper->link);
    as->nregions++;
    return upper;
}

/* Makes region borders at both ends, so that what lies between is whole regions. */
static i64 cut_borders(struct aspace *as, u64 start, u64 end)
{
    struct region *r = aspace_find(as, start);

    if (r && r->start < start && !split(as, r, start))
        return -ENOMEM;
    r = aspace_find(as, end - 1);
    if (r && r->end > end && !split(as, r, end))
        return -ENOMEM;
    return 0;
}

i64 aspace_unmap(struct process *p, struct aspace *as, u64 start, u64 end)
{
    struct region *r, *tmp;
    i64 err = cut_borders(as, start, end);

    if (err)
        return err;
    LIST_FOR_EACH_SAFE (r, tmp, &as->regions, link)
        if (r->start >= start && r->end <= end)
            region_free(p, as, r);
    return 0;
}

i64 aspace_protect(struct aspace *as, u64 start, u64 end, u32 prot)
{
    struct region *r;
    i64 err;

    LIST_FOR_EACH (r, &as->regions, link)
        if (r->start < end && r->end > start && r->object && (r->flags & RX_MAP_SHARED) &&
            (prot & ~r->prot & RX_PROT_MASK))
            return -EACCES;
    if ((err = cut_borders(as, start, end)))
        return err;
    LIST_FOR_EACH (r, &as->regions, link)
        if (r->start >= start && r->end <= end)
            r->prot = prot & RX_PROT_MASK;
    return 0;
}

/* The request that tells a server of one more mapping of its file; nobody waits for the answer. */
static struct request *mapping_copied(struct process *p, const struct region *r)
{
    struct request *msg = request_new(r->file->scheme, OP_MMAP_PREP);

    if (!msg)
        return NULL;
    msg->entry.sqe.args[0] = r->file->number;
    msg->entry.sqe.args[1] = r->end - r->start;
    msg->entry.sqe.args[2] = r->prot | r->flags;
    msg->entry.sqe.args[3] = r->file_offset;
    msg->entry.sqe.caller = p->pid;
    msg->entry.uid = p->cred.euid;
    msg->entry.gid = p->cred.egid;
    msg->entry.open_flags = r->file->flags;
    desc_get(r->file);
    msg->held[0] = r->file;
    return msg;
}

i64 aspace_copy(struct process *p, struct aspace *to, const struct aspace *from)
{
    struct region *r;
    i64 err;

    to->low = from->low;
    to->high = from->high;
    LIST_FOR_EACH (r, &from->regions, link) {
        bool told = r->file && !r->file->scheme->ops && !r->file->scheme->dead;
        struct request *msg = told ? mapping_copied(p, r) : NULL;

        if (told && !msg)
            return -ENOMEM;
        if ((err = aspace_map(to, r))) {
            if (msg)
                request_free(msg);
            return err;
        }
        if (msg)
            request_post(msg);
    }
    return 0;
}

void aspace_clear(struct process *p, struct aspace *as)
{
    struct region *r, *tmp;

    LIST_FOR_EACH_SAFE (r, tmp, &as->regions, link)
        region_free(p, as, r);
    as->low = as->high = 0;
    core_assert(as->private_bytes == 0 && as->shared_bytes == 0 && as->nregions == 0);
}
