/*
 * The current time zone. TZ is looked at whenever a local time is asked for; the file
 * or rule behind it is read again only when its text has changed.
 *
 * Names of zones are handed out in struct tm and must outlive a change of TZ: each is
 * kept once, for ever.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/internal/lock.h"
#include "shim/src/process/atfork.h"
#include "shim/src/time/zone.h"

#define DEFAULT_FILE "/etc/localtime"
#define ZONEINFO "/usr/share/zoneinfo/"
#define TEXT_MAX 256
#define FILE_MAX_SIZE (1u << 20)

int daylight;
long timezone;
char *tzname[2] = {"UTC", "UTC"};

static u32 lock;
static bool loaded;
static char text[TEXT_MAX]; /* the TZ that is loaded; "\1" stands for unset */
static struct zone_file file;
static struct zone_rule rule = {.std_name = "UTC"};

struct name {
    struct name *next;
    char text[];
};
static struct name *names;

static const char *keep_name(const char *s)
{
    struct name *n;

    for (n = names; n; n = n->next)
        if (strcmp(n->text, s) == 0)
            return n->text;
    size_t size = strlen(s) + 1;
    n = malloc(sizeof *n + size);
    if (!n)
        return "???";
    memcpy(n->text, s, size);
    n->next = names;
    names = n;
    return n->text;
}

static u8 *read_whole(const char *path, size_t *len)
{
    struct redox_c_stat st;
    i64 fd = __umk_openat(AT_FDCWD, path, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    u8 *data = NULL;

    if (fd < 0)
        return NULL;
    if (!RX_IS_ERR(redox_fstat_v1((u64)fd, &st)) && (st.mode & (int)MODE_TYPE) == (int)MODE_FILE &&
        st.size > 0 && st.size <= FILE_MAX_SIZE)
        data = malloc((size_t)st.size);
    if (data) {
        i64 r = (i64)redox_read_v1((u64)fd, data, (size_t)st.size);
        if (r > 0) {
            *len = (size_t)r;
        } else {
            free(data);
            data = NULL;
        }
    }
    redox_close_v1((u64)fd);
    return data;
}

static bool load_file(const char *path)
{
    size_t len = 0;
    u8 *data = read_whole(path, &len);

    if (data && __umk_zone_file_parse(data, len, &file))
        return true;
    free(data);
    memset(&file, 0, sizeof file);
    return false;
}

static bool load_named_file(const char *name)
{
    char path[sizeof ZONEINFO + TEXT_MAX];

    if (name[0] == '/')
        return load_file(name);
    /* a name leads to no other place than the zones */
    if (strstr(name, ".."))
        return false;
    stpcpy(stpcpy(path, ZONEINFO), name);
    return load_file(path);
}

static void load(const char *tz)
{
    free(file.data);
    memset(&file, 0, sizeof file);
    rule = (struct zone_rule){.std_name = "UTC"};
    if (!tz) {
        load_file(DEFAULT_FILE);
        return;
    }
    if (*tz == ':')
        tz++;
    if (!*tz || strlen(tz) >= TEXT_MAX)
        return;
    bool plain = !strchr(tz, ',') && tz[0] != '<';
    struct zone_rule parsed;
    if (plain && load_named_file(tz))
        return;
    if (__umk_rule_parse(tz, &parsed))
        rule = parsed;
}

/* timezone, daylight and tzname, as far as two names and one offset can tell. */
static void publish(void)
{
    const struct zone_rule *r = file.data && file.has_rule ? &file.rule : &rule;
    struct zone_type std, dst;

    if (file.data && !file.has_rule) {
        bool has_std = __umk_zone_file_last(&file, false, &std);
        bool has_dst = __umk_zone_file_last(&file, true, &dst);
        if (!has_std)
            std = dst;
        tzname[0] = (char *)(uintptr_t)keep_name(std.name);
        tzname[1] = (char *)(uintptr_t)keep_name(has_dst ? dst.name : std.name);
        timezone = -(long)std.offset;
        daylight = has_dst;
        return;
    }
    tzname[0] = (char *)(uintptr_t)keep_name(r->std_name);
    tzname[1] = (char *)(uintptr_t)keep_name(r->has_dst ? r->dst_name : r->std_name);
    timezone = -(long)r->std_offset;
    daylight = r->has_dst || (file.data && __umk_zone_file_last(&file, true, &dst));
}

void __umk_zone_lock(void)
{
    const char *tz = getenv("TZ");
    const char *wanted = tz ? tz : "\1";

    __umk_lock(&lock);
    if (loaded && strcmp(wanted, text) == 0)
        return;
    loaded = strlcpy(text, wanted, sizeof text) < sizeof text;
    load(tz);
    publish();
}

void __umk_zone_unlock(void)
{
    __umk_unlock(&lock);
}

void __umk_zone_at(i64 t, struct zone_type *out)
{
    const struct zone_rule *r = &rule;

    if (file.data) {
        if (__umk_zone_file_find(&file, t, out)) {
            out->name = keep_name(out->name);
            return;
        }
        r = &file.rule;
    }
    out->dst = __umk_rule_dst(r, t);
    out->offset = out->dst ? r->dst_offset : r->std_offset;
    out->name = keep_name(out->dst ? r->dst_name : r->std_name);
}

i64 __umk_zone_civil(i64 t, struct tm *tm)
{
    struct zone_type z;

    __umk_zone_at(t, &z);
    i64 r = __umk_civil(t, z.offset, tm);
    if (r < 0)
        return r;
    tm->tm_isdst = z.dst;
    tm->tm_gmtoff = z.offset;
    tm->tm_zone = z.name;
    return 0;
}

void __umk_zone_fork(int what)
{
    if (what == 0)
        __umk_lock(&lock);
    else
        __umk_unlock(&lock);
}

void tzset(void)
{
    __umk_zone_lock();
    __umk_zone_unlock();
}
