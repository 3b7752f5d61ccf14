/* Images, devices and directories of the host; see drives.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "umk/host/drives.h"
#include "umk/host/host.h"

#define LOCK_TRIES 20u /* 200 ms in all */

/* "PATH[,WORD]": splits the word off, if it is one of these. */
static int split_mode(const char *value, int *path_len, const char *const words[])
{
    const char *comma = strrchr(value, ',');

    *path_len = (int)strlen(value);
    for (int i = 0; comma && words[i]; i++) {
        if (strcmp(comma + 1, words[i]))
            continue;
        *path_len = (int)(comma - value);
        return i;
    }
    return -1;
}

bool drives_add(struct storage *s, const char *value)
{
    static const char *const words[] = {"ro", "snapshot", NULL};
    static const enum drive_mode modes[] = {DRIVE_READ, DRIVE_SNAPSHOT};
    struct drive d = {.path = value, .mode = DRIVE_WRITE, .fd = -1, .overlay = -1};
    int word = split_mode(value, &d.path_len, words);

    if (word >= 0)
        d.mode = modes[word];
    if (!d.path_len) {
        complain("--disk takes FILE[,ro|,snapshot], not '%s'", value);
        return false;
    }
    if (s->ndrives >= DRIVES_MAX - 1) { /* one is kept for the root file system */
        complain("at most %u disks", DRIVES_MAX - 1);
        return false;
    }
    s->drives[s->ndrives++] = d;
    return true;
}

static bool is_scheme_name(const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '/' || name[i] == ':')
            return false;
    }
    return len > 0 && len < 64;
}

bool drives_share(struct storage *s, const char *value)
{
    static const char *const words[] = {"ro", NULL};
    const char *equals = strchr(value, '=');
    struct share h = {.name = value, .fd = -1};

    h.name_len = equals ? (int)(equals - value) : 0;
    if (!equals || !is_scheme_name(value, (size_t)h.name_len)) {
        complain("--share takes NAME=DIR[,ro], not '%s'", value);
        return false;
    }
    h.path = equals + 1;
    h.read_only = split_mode(h.path, &h.path_len, words) == 0;
    if (!h.path_len) {
        complain("--share takes NAME=DIR[,ro], not '%s'", value);
        return false;
    }
    if (s->nshares == SHARES_MAX) {
        complain("at most %u directories can be shared", SHARES_MAX);
        return false;
    }
    s->shares[s->nshares++] = h;
    return true;
}

/* A file without a name that takes what is written to a snapshot. */
static int make_overlay(void)
{
    static const char *const dirs[] = {"/var/tmp", "/tmp"};

    for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
        int fd = open(dirs[i], O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (fd >= 0)
            return fd;
    }
    return memfd_create("umk-overlay", MFD_CLOEXEC);
}

/* Without the host's cache where its file system can do that: the system has its own. A block
 * device to be written to must not be mounted on the host (O_EXCL). */
static int open_file(const char *path, int access)
{
    struct stat st;
    bool alone = access == O_RDWR && stat(path, &st) == 0 && S_ISBLK(st.st_mode);
    int flags = access | O_CLOEXEC | O_NONBLOCK | (alone ? O_EXCL : 0);
    int fd = open(path, flags | O_DIRECT);

    return fd < 0 && errno == EINVAL ? open(path, flags) : fd;
}

static bool usable_kind(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode));
}

/* Linux lets go of a dead driver's files a little after its death: io_uring holds on to them. */
static bool lock(int fd, int how)
{
    const struct timespec pause = {0, 10 * (long)NS_PER_MS};
    int r = flock(fd, how | LOCK_NB);

    for (u32 tries = 0; r < 0 && errno == EWOULDBLOCK && tries < LOCK_TRIES; tries++) {
        nanosleep(&pause, NULL);
        r = flock(fd, how | LOCK_NB);
    }
    return r == 0;
}

/* Opens and locks. *busy: another system holds it. False: the reason was printed, unless it is
 * that. */
static bool open_drive(struct drive *d, bool *busy)
{
    char path[4200];

    *busy = false;
    snprintf(path, sizeof path, "%.*s", d->path_len, d->path);
    d->fd = open_file(path, d->mode == DRIVE_WRITE ? O_RDWR : O_RDONLY);
    if (d->fd < 0 || !usable_kind(d->fd)) {
        complain("cannot open the disk %s: %s", path,
                 d->fd < 0 ? strerror(errno) : "neither a file nor a block device");
        return false;
    }
    if (!lock(d->fd, d->mode == DRIVE_WRITE ? LOCK_EX : LOCK_SH)) {
        *busy = errno == EWOULDBLOCK;
        if (!*busy)
            complain("cannot lock the disk %s: %s", path, strerror(errno));
        return false;
    }
    if (d->mode == DRIVE_SNAPSHOT && (d->overlay = make_overlay()) < 0) {
        complain("there is no place for the changes to %s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

static void close_drive(struct drive *d)
{
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
}

/* Puts the root file system's image in front of the other disks. One that nobody asked for by name
 * and that another system holds is done without: this system then runs from memory. */
static bool open_root(struct storage *s, const char *own_image)
{
    const char *path = s->image ? s->image : own_image;
    struct drive d = {.path = path, .fd = -1, .overlay = -1};
    bool busy;

    if (!path || (!s->image && access(path, F_OK) < 0)) {
        if (s->ephemeral)
            complain("--ephemeral has no effect: there is no image");
        return true;
    }
    d.path_len = (int)strlen(path);
    d.mode = s->ephemeral ? DRIVE_SNAPSHOT : DRIVE_WRITE;
    if (!open_drive(&d, &busy)) {
        close_drive(&d);
        if (!busy)
            return false;
        complain("%s is in use by another system%s", path,
                 s->image ? "" : "; this one runs from memory");
        return !s->image;
    }
    memmove(&s->drives[1], &s->drives[0], s->ndrives * sizeof s->drives[0]);
    s->drives[0] = d;
    s->ndrives++;
    s->has_root = true;
    return true;
}

static bool open_share(struct share *h)
{
    char path[4200];

    snprintf(path, sizeof path, "%.*s", h->path_len, h->path);
    h->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (h->fd < 0)
        complain("cannot share %s: %s", path, strerror(errno));
    return h->fd >= 0;
}

bool drives_open(struct storage *s, const char *own_image)
{
    bool busy;

    for (unsigned i = 0; i < s->ndrives; i++) {
        struct drive *d = &s->drives[i];
        if (open_drive(d, &busy))
            continue;
        if (busy)
            complain("%.*s is in use by another system", d->path_len, d->path);
        return false;
    }
    for (unsigned i = 0; i < s->nshares; i++) {
        if (!open_share(&s->shares[i]))
            return false;
    }
    if (s->export_to) {
        int fd = open(s->export_to, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            complain("cannot export to %s: %s", s->export_to, strerror(errno));
            return false;
        }
        close(fd);
    }
    return open_root(s, own_image);
}

void drives_unlock(const struct storage *s)
{
    for (unsigned i = 0; i < s->ndrives; i++)
        flock(s->drives[i].fd, LOCK_UN);
}

void drives_environment(const struct storage *s, FILE *out)
{
    if (s->ndrives)
        fprintf(out, "UMK_DISKS=%u\n", s->ndrives);
    if (s->has_root)
        fputs("UMK_ROOT=/scheme/disk.host/0\n", out);
    if (s->nshares)
        fprintf(out, "UMK_SHARES=%u\n", s->nshares);
    if (s->export_to)
        fputs("UMK_EXPORT=1\n", out);
}
