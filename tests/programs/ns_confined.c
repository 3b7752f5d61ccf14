/*
 * What a plain user can reach. Started as one, by a login: the scheme irq exists in the system and
 * is not in the user's list. No form of its path, no descriptor that the session has inherited, no
 * named dup of one, and no namespace made from its own leads there.
 */
#include "tests/programs/rx_check.h"

#define FORBIDDEN "irq"
#define PER_HALF 128u /* descriptors looked at in each half of the table */

/* 1 when it opens. */
static i64 try_open(const char *path)
{
    i64 fd = open_path(path, RX_O_RDONLY, 0);
    if (fd < 0)
        return fd;
    redox_close_v1((size_t)fd);
    return 1;
}

/* Names of the scheme itself: there is no such scheme. */
static void names(void)
{
    static const char *const named[] = {
        "/scheme/irq",
        "/scheme/irq/",
        "/scheme/irq/0",
        "irq:",
        "irq:0",
        "//scheme/irq/0",
        "/scheme//irq/0",
        "/./scheme/irq/0",
        "/scheme/./irq/0",
        "/tmp/../scheme/irq/0",
        "../../scheme/irq/0",
        "/scheme/pipe/../irq/0",
        "/scheme/file/../irq",
        "/../../../scheme/irq/0",
    };
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        i64 r = try_open(named[i]);
        if (r != -ENODEV && r != -ENOENT)
            printf("%s: %lld\n", named[i], (long long)r);
        CHECK(r == -ENODEV || r == -ENOENT);
    }
    CHECK_EQ(try_open("/scheme/irq/0"), -ENODEV);
    CHECK_EQ(try_open("irq:0"), -ENODEV);
    CHECK_EQ(try_open("/scheme/namespace/scheme-creation-cap"), -EACCES);
    CHECK_EQ(try_open("/scheme/null"), 1);
    CHECK_EQ(unlink_path("/scheme/" FORBIDDEN, 0), -ENODEV);
}

/* What came of an open through a descriptor must not be the interrupts: they have these paths. */
static bool is_forbidden(i64 fd)
{
    u8 path[256];
    i64 n = (i64)redox_fpath_v1((size_t)fd, path, sizeof(path));
    return n >= 11 && memcmp(path, "/scheme/irq", 11) == 0;
}

static void through(u64 fd)
{
    static const char *const words[] = {
        "irq",    "irq:",      "irq:0", "/scheme/irq",      "/scheme/irq/0",
        "../irq", "0",         "ns",    "addrspace",        "filetable",
        "init",   "authority", "..",    "current-filetable"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const u8 *word = (const u8 *)words[i];
        size_t len = strlen(words[i]);
        i64 opened = (i64)redox_openat_v1(fd, word, len, RX_O_RDONLY, 0);
        i64 dupped = (i64)redox_dup_v1(fd, word, len);
        CHECK(opened < 0 || !is_forbidden(opened));
        CHECK(dupped < 0 || !is_forbidden(dupped));
        if (opened >= 0)
            redox_close_v1((size_t)opened);
        if (dupped >= 0)
            redox_close_v1((size_t)dupped);
    }
}

static void descriptors(void)
{
    unsigned open_ones = 0;
    for (u64 half = 0; half <= RX_FD_UPPER; half += RX_FD_UPPER) {
        for (u64 i = 0; i < PER_HALF; i++) {
            if (RX_IS_ERR(redox_fcntl_v0(half + i, RX_F_GETFD, 0)))
                continue;
            open_ones++;
            through(half + i);
        }
    }
    CHECK(open_ones >= 4); /* the streams and the namespace */
}

/* Every descriptor taken for a namespace: making one of "everything" brings nothing back. */
static void namespaces(void)
{
    const u64 all[] = {NSDUP_FORK, 1, '*'};
    u8 request[17];
    memcpy(request, all, 17);
    for (u64 half = 0; half <= RX_FD_UPPER; half += RX_FD_UPPER) {
        for (u64 i = 0; i < PER_HALF; i++) {
            i64 ns = (i64)redox_dup_v1(half + i, request, sizeof(request));
            if (ns < 0)
                continue;
            u64 own = redox_setns_v0((size_t)ns);
            i64 r = try_open("/scheme/" FORBIDDEN "/0");
            redox_setns_v0(own);
            redox_close_v1((size_t)ns);
            CHECK(r < 0);
        }
    }
}

int main(void)
{
    CHECK(redox_get_euid_v1() == 1000);
    names();
    descriptors();
    namespaces();
    return check_status();
}
