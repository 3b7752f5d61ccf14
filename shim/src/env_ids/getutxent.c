/* The file of who is logged in: records of struct utmpx, one after the other. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>
#include "shim/src/internal/result.h"

static char path[256] = _PATH_UTMPX;
static int fd = -1;
static struct utmpx record;

int utmpxname(const char *name)
{
    if (strlen(name) >= sizeof path)
        return (int)__umk_fail(ENAMETOOLONG);
    endutxent();
    strlcpy(path, name, sizeof path);
    return 0;
}

void setutxent(void)
{
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
}

void endutxent(void)
{
    if (fd >= 0)
        close(fd);
    fd = -1;
}

struct utmpx *getutxent(void)
{
    if (fd < 0)
        fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, &record, sizeof record) != sizeof record)
        return NULL;
    return &record;
}

/* One of the kinds that belong to a process, which an id tells apart. */
static bool of_process(short type)
{
    return type >= INIT_PROCESS && type <= DEAD_PROCESS;
}

static bool same_id(const struct utmpx *a, const struct utmpx *b)
{
    if (of_process(b->ut_type))
        return of_process(a->ut_type) && memcmp(a->ut_id, b->ut_id, sizeof a->ut_id) == 0;
    return a->ut_type == b->ut_type;
}

struct utmpx *getutxid(const struct utmpx *wanted)
{
    struct utmpx *e;

    while ((e = getutxent()))
        if (same_id(e, wanted))
            break;
    return e;
}

struct utmpx *getutxline(const struct utmpx *wanted)
{
    struct utmpx *e;

    while ((e = getutxent()))
        if ((e->ut_type == USER_PROCESS || e->ut_type == LOGIN_PROCESS) &&
            strncmp(e->ut_line, wanted->ut_line, sizeof e->ut_line) == 0)
            break;
    return e;
}

/* Writes over the record with the same id, or behind the last one. */
struct utmpx *pututxline(const struct utmpx *new)
{
    struct utmpx copy = *new, other;
    off_t at = 0;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

    if (file < 0)
        return NULL;
    while (pread(file, &other, sizeof other, at) == sizeof other && !same_id(&other, &copy))
        at += sizeof other;
    ssize_t n = pwrite(file, &copy, sizeof copy, at);
    close(file);
    if (n != sizeof copy)
        return NULL;
    record = copy;
    return &record;
}

void updwtmpx(const char *name, const struct utmpx *e)
{
    int file = open(name, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (file < 0)
        return;
    /* nothing can be told to the caller */
    if (write(file, e, sizeof *e) < 0)
        __umk_self()->errno_value = EIO;
    close(file);
}

void setutent(void)
{
    setutxent();
}

void endutent(void)
{
    endutxent();
}

struct utmp *getutent(void)
{
    return getutxent();
}

struct utmp *getutid(const struct utmp *wanted)
{
    return getutxid(wanted);
}

struct utmp *getutline(const struct utmp *wanted)
{
    return getutxline(wanted);
}

struct utmp *pututline(const struct utmp *new)
{
    return pututxline(new);
}

int utmpname(const char *name)
{
    return utmpxname(name);
}

void updwtmp(const char *name, const struct utmp *e)
{
    updwtmpx(name, e);
}

void login(const struct utmp *e)
{
    struct utmp copy = *e;
    char name[64];

    copy.ut_type = USER_PROCESS;
    copy.ut_pid = getpid();
    if (ttyname_r(STDIN_FILENO, name, sizeof name) == 0) {
        const char *line = strrchr(name, '/');
        strlcpy(copy.ut_line, line ? line + 1 : name, sizeof copy.ut_line);
    }
    pututxline(&copy);
    updwtmpx(_PATH_WTMPX, &copy);
}

int logout(const char *line)
{
    struct utmp wanted = {0}, *e;

    strlcpy(wanted.ut_line, line, sizeof wanted.ut_line);
    setutxent();
    e = getutxline(&wanted);
    if (!e)
        return 0;
    e->ut_type = DEAD_PROCESS;
    memset(e->ut_user, 0, sizeof e->ut_user);
    memset(e->ut_host, 0, sizeof e->ut_host);
    return pututxline(e) != NULL;
}
