/*
 * System V's shared memory over the shm scheme: the segment ID is the file sysv.ID, whose first
 * page holds what shmctl tells and whose other pages are the segment. The count of attachments is
 * kept there by those who attach; a process that dies attached is not noticed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "shim/src/internal/lock.h"
#include "shim/src/internal/result.h"

#define HEADER 4096
#define KEY_MASK 0x3fffffff
#define PRIVATE_ID 0x40000000
#define TRIES 16

struct attachment {
    struct attachment *next;
    struct shmid_ds *header;
    char *memory;
    size_t size; /* rounded up to pages */
};

static u32 lock;
static struct attachment *attachments;

static size_t in_pages(size_t size)
{
    return (size + PAGE_MASK) & ~(size_t)PAGE_MASK;
}

static int open_segment(int id, int flags, mode_t mode)
{
    char name[32];

    snprintf(name, sizeof name, "/sysv.%d", id);
    return shm_open(name, flags | O_RDWR, mode);
}

/* The header of a segment, mapped; NULL and errno. */
static struct shmid_ds *map_header(int fd)
{
    void *p = mmap(NULL, HEADER, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    return p == MAP_FAILED ? NULL : p;
}

static int make_segment(int id, key_t key, size_t size, int flags)
{
    int fd = open_segment(id, O_CREAT | O_EXCL, (mode_t)flags & 0777);
    struct shmid_ds *header;

    if (fd < 0)
        return -1;
    header = ftruncate(fd, (off_t)(HEADER + in_pages(size))) < 0 ? NULL : map_header(fd);
    close(fd);
    if (!header)
        return -1;
    *header = (struct shmid_ds){
        .shm_perm = {key, geteuid(), getegid(), geteuid(), getegid(), flags & 0777},
        .shm_segsz = size,
        .shm_cpid = getpid(),
        .shm_ctime = time(NULL),
    };
    munmap(header, HEADER);
    return id;
}

static int find_segment(int id, key_t key, size_t size, int flags)
{
    int fd = open_segment(id, 0, 0), result = id;
    struct shmid_ds *header = fd < 0 ? NULL : map_header(fd);

    if (fd >= 0)
        close(fd);
    if (!header)
        return -1;
    if (header->shm_perm.__key != key || ((flags & IPC_CREAT) && (flags & IPC_EXCL)))
        result = (int)__umk_fail(EEXIST);
    else if (size > header->shm_segsz)
        result = (int)__umk_fail(EINVAL);
    munmap(header, HEADER);
    return result;
}

int shmget(key_t key, size_t size, int flags)
{
    int id = key & KEY_MASK;

    if (size > INT64_MAX / 2)
        return (int)__umk_fail(EINVAL);
    if (key == IPC_PRIVATE) {
        int made = -1;
        for (int i = 0; i < TRIES && made < 0; i++) {
            made = size
                       ? make_segment(PRIVATE_ID | (int)(arc4random() & KEY_MASK), key, size, flags)
                       : (int)__umk_fail(EINVAL);
            if (made < 0 && __umk_self()->errno_value != EEXIST)
                break;
        }
        return made;
    }
    int found = find_segment(id, key, size, flags);
    if (found >= 0 || __umk_self()->errno_value != ENOENT || !(flags & IPC_CREAT))
        return found;
    return size ? make_segment(id, key, size, flags) : (int)__umk_fail(EINVAL);
}

static struct attachment *attach(int fd, const void *address, int flags)
{
    int prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE);
    struct attachment *a = calloc(1, sizeof *a);
    void *memory = MAP_FAILED;

    if (!a)
        return NULL;
    a->header = map_header(fd);
    if (a->header) {
        a->size = in_pages(a->header->shm_segsz);
        memory = mmap((void *)(uintptr_t)address, a->size, prot,
                      MAP_SHARED | (address ? MAP_FIXED_NOREPLACE : 0), fd, HEADER);
    }
    if (memory != MAP_FAILED) {
        a->memory = memory;
        return a;
    }
    if (a->header)
        munmap(a->header, HEADER);
    free(a);
    return NULL;
}

void *shmat(int id, const void *address, int flags)
{
    uintptr_t at = (uintptr_t)address;
    struct attachment *a = NULL;

    if (flags & SHM_RND)
        at &= ~(uintptr_t)(SHMLBA - 1);
    int fd = at % SHMLBA ? (int)__umk_fail(EINVAL) : open_segment(id, 0, 0);
    if (fd >= 0) {
        a = attach(fd, (const void *)at, flags);
        close(fd);
    } else if (__umk_self()->errno_value == ENOENT) {
        __umk_fail(EINVAL);
    }
    if (!a)
        return SHM_FAILED;
    __atomic_fetch_add(&a->header->shm_nattch, 1, __ATOMIC_RELAXED);
    a->header->shm_lpid = getpid();
    a->header->shm_atime = time(NULL);
    __umk_lock(&lock);
    a->next = attachments;
    attachments = a;
    __umk_unlock(&lock);
    return a->memory;
}

int shmdt(const void *address)
{
    struct attachment **at, *a;

    __umk_lock(&lock);
    for (at = &attachments; *at && (*at)->memory != address; at = &(*at)->next)
        ;
    a = *at;
    if (a)
        *at = a->next;
    __umk_unlock(&lock);
    if (!a)
        return (int)__umk_fail(EINVAL);
    __atomic_fetch_sub(&a->header->shm_nattch, 1, __ATOMIC_RELAXED);
    a->header->shm_lpid = getpid();
    a->header->shm_dtime = time(NULL);
    munmap(a->memory, a->size);
    munmap(a->header, HEADER);
    free(a);
    return 0;
}

int shmctl(int id, int command, struct shmid_ds *buf)
{
    char name[32];
    int fd = open_segment(id, 0, 0), r = 0;
    struct shmid_ds *header = fd < 0 ? NULL : map_header(fd);

    if (fd >= 0)
        close(fd);
    if (!header)
        return __umk_self()->errno_value == ENOENT ? (int)__umk_fail(EINVAL) : -1;
    if (command == IPC_STAT) {
        *buf = *header;
    } else if (command == IPC_SET) {
        header->shm_perm.uid = buf->shm_perm.uid;
        header->shm_perm.gid = buf->shm_perm.gid;
        header->shm_perm.mode = buf->shm_perm.mode & 0777;
        header->shm_ctime = time(NULL);
    } else if (command == IPC_RMID) {
        snprintf(name, sizeof name, "/sysv.%d", id);
        r = shm_unlink(name);
    } else {
        r = (int)__umk_fail(EINVAL);
    }
    munmap(header, HEADER);
    return r;
}

key_t ftok(const char *path, int id)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return -1;
    return (key_t)((u32)(id & 0xff) << 24 | (u32)(st.st_dev & 0xff) << 16 |
                   (u32)(st.st_ino & 0xffff));
}
