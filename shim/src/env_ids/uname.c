/* uname, gethostname, sethostname. */
#include <sys/utsname.h>
#include <unistd.h>
#include "shim/src/env_ids/small_file.h"

#define HOSTNAME_FILE "/etc/hostname"
#define UNAME_FILE "/scheme/sys/uname"

/* The host's name; "localhost" where nobody has given it one. */
static void host_name(char *out, size_t size)
{
    i64 r = __umk_small_file(HOSTNAME_FILE, out, size);

    if (r > 0)
        out[strcspn(out, " \t\r\n")] = 0;
    if (r <= 0 || !*out)
        strlcpy(out, "localhost", size);
}

int gethostname(char *out, size_t size)
{
    char name[65];

    host_name(name, sizeof name);
    return strlcpy(out, name, size) < size ? 0 : (int)__umk_fail(ENAMETOOLONG);
}

int sethostname(const char *name, size_t len)
{
    if (len > 64)
        return (int)__umk_fail(EINVAL);
    i64 fd = __umk_openat(AT_FDCWD, HOSTNAME_FILE,
                          RX_O_WRONLY | RX_O_CREAT | RX_O_TRUNC | RX_O_CLOEXEC, 0644);
    if (fd < 0)
        return (int)__umk_result(fd);
    i64 r = (i64)redox_write_v1((u64)fd, (const u8 *)name, len);
    redox_close_v1((u64)fd);
    return r < 0 ? (int)__umk_result(r) : 0;
}

/* The kernel's file has four lines: system, release, machine, version. */
int uname(struct utsname *u)
{
    char text[512], *line = text;
    char *const field[4] = {u->sysname, u->release, u->machine, u->version};
    i64 r = __umk_small_file(UNAME_FILE, text, sizeof text);

    if (r < 0)
        return (int)__umk_result(r);
    memset(u, 0, sizeof *u);
    for (int i = 0; i < 4 && *line; i++) {
        char *end = strchrnul(line, '\n');
        char *next = *end ? end + 1 : end;
        *end = 0;
        strlcpy(field[i], line, sizeof u->sysname);
        line = next;
    }
    host_name(u->nodename, sizeof u->nodename);
    return 0;
}
