/*
 * The password of an encrypted file system: from a file of the system, or asked for on the console,
 * as a boot loader asks. Nobody else uses the console while the root file system is started.
 */
#include "servers/redoxfs/redoxfs.h"

#include "umk/abi/tty.h"

#include <string.h>

static const char prompt[] = "password of the file system: ";
static const char wrong[] = "that is not it\n";

static i64 open_path(const char *path, u32 flags)
{
    return rx_openat(RX_AT_FDCWD, path, strlen(path), flags | RX_O_CLOEXEC, 0);
}

/* A line, without its end: its length. -ENOKEY: there is none, or it is too long. */
static i64 read_line(u64 fd, char *out, size_t size)
{
    size_t len = 0;
    char c;

    while (redox_read_v1(fd, (u8 *)&c, 1) == 1) {
        if (c == '\n' || c == '\r')
            return (i64)len;
        if (len == size)
            return -ENOKEY;
        out[len++] = c;
    }
    return len ? (i64)len : -ENOKEY;
}

/* Reads from a terminal without showing it; *old is what it was set to. False: it is none. */
static bool hide(u64 settings, struct rx_termios *old)
{
    if (redox_read_v1(settings, (u8 *)old, sizeof *old) != sizeof *old)
        return false;
    struct rx_termios quiet = *old;
    quiet.lflag &= ~RX_ECHO;
    return redox_write_v1(settings, (const u8 *)&quiet, sizeof quiet) == sizeof quiet;
}

static void say(u64 fd, const char *text, size_t len)
{
    redox_write_v1(fd, (const u8 *)text, len);
}

static i64 ask(u64 in, u64 out, char *password, size_t size)
{
    static const char termios[] = "termios";
    struct rx_termios old;
    i64 settings = (i64)redox_dup_v1(in, (const u8 *)termios, sizeof termios - 1);
    bool hidden = settings >= 0 && hide((u64)settings, &old);

    say(out, prompt, sizeof prompt - 1);
    i64 len = read_line(in, password, size);
    if (hidden) {
        redox_write_v1((u64)settings, (const u8 *)&old, sizeof old);
        say(out, "\n", 1);
    }
    if (settings >= 0)
        redox_close_v1((u64)settings);
    return len;
}

i64 password_from_file(const char *path, char *password, size_t size)
{
    i64 fd = open_path(path, RX_O_RDONLY);

    if (fd < 0)
        return fd;
    i64 len = read_line((u64)fd, password, size);
    redox_close_v1((u64)fd);
    return len;
}

i64 password_ask(bool again, char *password, size_t size)
{
    i64 in = open_path("/scheme/debug/stdin", RX_O_RDONLY);
    i64 out = open_path("/scheme/debug/stderr", RX_O_WRONLY);
    i64 r = in < 0 ? in : out;

    if (r >= 0) {
        if (again)
            say((u64)out, wrong, sizeof wrong - 1);
        r = ask((u64)in, (u64)out, password, size);
    }
    if (in >= 0)
        redox_close_v1((u64)in);
    if (out >= 0)
        redox_close_v1((u64)out);
    return r;
}
