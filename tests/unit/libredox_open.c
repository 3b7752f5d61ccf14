/*
 * Opening by path over the fake gate: who is asked and for what, links between
 * schemes, the working directory, and that no descriptor is left behind.
 */
#include "tests/libredox/fake_gate.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_add("file:", FAKE_DIR, "");
    fake_add("file:etc", FAKE_DIR, "");
    fake_add("file:etc/passwd", FAKE_FILE, "root");
    fake_add("file:out", FAKE_LINK, "/scheme/tmp");
    fake_add("file:near", FAKE_LINK, "etc/passwd");
    fake_add("file:loop", FAKE_LINK, "/scheme/tmp/back");
    fake_add("tmp:", FAKE_DIR, "");
    fake_add("tmp:a", FAKE_FILE, "text");
    fake_add("tmp:back", FAKE_LINK, "/loop");
    fake_add("tmp:dir", FAKE_DIR, "");
    fake_add("tmp:dir/b", FAKE_FILE, "deep");
    return 0;
}

static i64 open_text(const char *path, u32 flags)
{
    return rx_openat(RX_AT_FDCWD, path, strlen(path), flags, 0);
}

/* Opens, reads and closes. */
static void assert_reads(const char *path, const char *text)
{
    char buf[64];
    i64 fd = open_text(path, RX_O_RDONLY);
    assert_true(fd >= 0);
    i64 len = (i64)redox_read_v1((size_t)fd, (u8 *)buf, sizeof(buf));
    assert_int_equal(len, strlen(text));
    assert_memory_equal(buf, text, strlen(text));
    assert_int_equal(redox_close_v1((size_t)fd), 0);
}

static void absolute_paths_ask_the_namespace(void **state)
{
    (void)state;
    assert_true(open_text("/etc/passwd", RX_O_RDWR | RX_O_NONBLOCK | 0777) >= 0);
    assert_int_equal(fake_last_args[0], RX_FD_UPPER | FAKE_NS);
    assert_int_equal(fake_last_args[1], RX_O_RDWR | RX_O_NONBLOCK);
    assert_int_equal(fake_last_args[2], RX_O_NONBLOCK);
    assert_memory_equal(fake_last_payload, "fileetc/passwd", 14);
    assert_reads("tmp:a", "text");
    assert_reads("/scheme/tmp/dir/b", "deep");
    assert_int_equal(open_text("/scheme/nowhere/x", 0), -ENODEV);
    assert_int_equal(open_text(":x", 0), -ENOENT);
    assert_int_equal(open_text("", 0), -ENOENT);
}

static void mode_goes_along_with_the_flags(void **state)
{
    (void)state;
    rx_openat(RX_AT_FDCWD, "/etc/new", 8, RX_O_CREAT | RX_O_WRONLY | RX_O_NOCTTY, MODE_FIFO | 0644);
    assert_int_equal(fake_last_args[1], RX_O_CREAT | RX_O_WRONLY | MODE_FIFO | 0644);
    redox_open_v1((const u8 *)"/etc/new", 8, RX_O_CREAT | RX_O_WRONLY | RX_O_NOCTTY, 0170644);
    assert_int_equal(fake_last_args[1], RX_O_CREAT | RX_O_WRONLY | 0644);
}

static void links_between_schemes_are_followed(void **state)
{
    (void)state;
    size_t before = fake_open_count();
    assert_reads("/out/a", "text");
    assert_reads("/out/dir/b", "deep");
    assert_reads("/near", "root");
    assert_reads("/out/dir/..//a", "text");
    assert_int_equal(open_text("/out/missing", 0), -ENOENT);
    assert_int_equal(open_text("/loop", 0), -ELOOP);
    assert_int_equal(open_text("/loop/x", 0), -ELOOP);
    assert_int_equal(open_text("/out", RX_O_NOFOLLOW), -ELOOP);
    assert_int_equal(fake_open_count(), before);
}

static void links_count_from_a_directory_descriptor(void **state)
{
    (void)state;
    i64 dir = open_text("/", RX_O_STAT);
    i64 fd = rx_openat(dir, "near", 4, RX_O_RDONLY, 0);
    assert_true(fd >= 0);
    assert_string_equal(fake_fd((u64)fd)->node.text, "root");
    assert_true(rx_openat(dir, "out/a", 5, RX_O_RDONLY, 0) >= 0);
}

static void removing_follows_links_on_the_way_only(void **state)
{
    (void)state;
    assert_int_equal(rx_unlinkat(RX_AT_FDCWD, "/etc/passwd", 11, RX_AT_REMOVEDIR), 0);
    assert_int_equal(fake_last_op, SYS_UNLINKAT);
    assert_int_equal(fake_last_args[1], RX_AT_REMOVEDIR);
    assert_int_equal(fake_last_args[2], 4);
    assert_int_equal(fake_last_args[5], fake_last_len);
    assert_memory_equal(fake_last_payload, "fileetc/passwd", 14);
    assert_int_equal(rx_unlinkat(RX_AT_FDCWD, "/out/dir/b", 10, 0), 0);
    assert_memory_equal(fake_last_payload, "tmpdir/b", 8);
    assert_int_equal(rx_unlinkat(RX_AT_FDCWD, "/out", 4, 0), 0);
    assert_memory_equal(fake_last_payload, "fileout", 7);
    assert_int_equal(rx_unlinkat(RX_AT_FDCWD, "/out/none", 9, 0), -ENOENT);
}

static void relative_paths_need_and_use_the_working_directory(void **state)
{
    (void)state;
    char buf[32];
    assert_int_equal(open_text("a", 0), -ENOENT);
    assert_int_equal(rx_chdir("/scheme/tmp/dir/../dir/.", 24), 0);
    assert_int_equal(rx_getcwd(buf, sizeof(buf)), 15);
    assert_string_equal(buf, "/scheme/tmp/dir");
    assert_int_equal(rx_getcwd(buf, 15), -ERANGE);
    assert_reads("b", "deep");
    assert_reads("../a", "text");
    assert_reads("../../../etc/passwd", "root");
    struct cwd cwd;
    assert_int_equal(cwd_acquire(&cwd), 0);
    assert_true(cwd.fd & RX_FD_UPPER);
    assert_false(fake_fd(cwd.fd)->cloexec);
    cwd_release(&cwd);
    assert_int_equal(rx_chdir("..", 2), 0);
    assert_int_equal(rx_chdir("..", 2), 0);
    assert_int_equal(rx_getcwd(buf, sizeof(buf)), 7);
    assert_string_equal(buf, "/scheme");
    assert_reads("tmp/a", "text");
    assert_int_equal(rx_chdir("tmp/a", 5), -ENOTDIR);
    assert_int_equal(rx_chdir("/out", 4), 0);
    assert_reads("a", "text");
    assert_string_equal((rx_getcwd(buf, sizeof(buf)), buf), "/out");
}

/* The old directory stays open for whoever still uses it, and is closed when nobody does. */
static void a_directory_lives_as_long_as_it_is_used(void **state)
{
    (void)state;
    assert_int_equal(rx_chdir("/etc", 4), 0);
    size_t before = fake_open_count();
    struct cwd held;
    assert_int_equal(cwd_acquire(&held), 0);
    assert_int_equal(rx_chdir("/scheme/tmp", 11), 0);
    assert_non_null(fake_fd(held.fd));
    assert_string_equal(held.path.p, "/etc");
    cwd_release(&held);
    assert_null(fake_fd(held.fd));
    for (int i = 0; i < 100; i++)
        assert_int_equal(rx_chdir(i % 2 ? "/etc" : "/scheme/tmp/dir", i % 2 ? 4 : 15), 0);
    assert_int_equal(fake_open_count(), before);
}

static void fchdir_asks_the_file_for_its_path(void **state)
{
    (void)state;
    char buf[32];
    i64 dir = open_text("/scheme/tmp/dir", RX_O_STAT);
    assert_int_equal(rx_fchdir((u64)dir), 0);
    assert_int_equal(rx_getcwd(buf, sizeof(buf)), 15);
    assert_string_equal(buf, "/scheme/tmp/dir");
    redox_close_v1((size_t)dir);
    assert_reads("b", "deep");
    i64 file = open_text("/scheme/tmp/a", RX_O_RDONLY);
    assert_int_equal(rx_fchdir((u64)file), -ENOTDIR);
}

static void names_are_given_within_a_scheme_only(void **state)
{
    (void)state;
    assert_int_equal(rx_rename("/scheme/tmp/a", 13, "/scheme/tmp/dir/../c", 20), 0);
    assert_int_equal(rx_rename("/scheme/tmp/a", 13, "/etc/c", 6), -EXDEV);
    assert_int_equal(rx_link("/etc/passwd", 11, "/scheme/tmp/c", 13, true), -EXDEV);
    size_t before = fake_open_count();
    fake_calls = 0;
    assert_int_equal(rx_link("/etc/passwd", 11, "/scheme/file/c/d", 16, true), 0);
    assert_int_equal(fake_last_op, SYS_CLOSE);
    assert_int_equal(fake_last_len, 0);
    assert_memory_equal(fake_last_payload, "c/d", 3);
    assert_int_equal(fake_open_count(), before);
}

static void libc_names_stand_for_descriptors(void **state)
{
    (void)state;
    static char tty[] = "TTY=/scheme/tmp/a", self[] = "TTY=/scheme/libc/tty", tt[] = "TT";
    char *envp[] = {tt, tty, NULL};
    fake_fds[1] = (struct fake_fd){.open = true};
    assert_true(open_text("/scheme/libc/stdout", RX_O_CLOEXEC) >= 0);
    assert_int_equal(fake_last_op, SYS_DUP_INTO);
    assert_int_equal(fake_last_args[0], 1);
    assert_int_equal(fake_last_args[3], RX_FD_CLOEXEC);
    assert_int_equal(open_text("libc:stdnone", 0), -ENOENT);
    assert_int_equal(open_text("/scheme/libc/tty", 0), -ENXIO);
    gate_start.start.envp = envp;
    assert_reads("/scheme/libc/tty", "text");
    envp[1] = self;
    assert_int_equal(open_text("/scheme/libc/tty", 0), -ELOOP);
    gate_start.start.envp = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(relative_paths_need_and_use_the_working_directory, setup),
        cmocka_unit_test(a_directory_lives_as_long_as_it_is_used),
        cmocka_unit_test(fchdir_asks_the_file_for_its_path),
        cmocka_unit_test_setup(absolute_paths_ask_the_namespace, setup),
        cmocka_unit_test_setup(mode_goes_along_with_the_flags, setup),
        cmocka_unit_test_setup(links_between_schemes_are_followed, setup),
        cmocka_unit_test_setup(links_count_from_a_directory_descriptor, setup),
        cmocka_unit_test_setup(removing_follows_links_on_the_way_only, setup),
        cmocka_unit_test_setup(names_are_given_within_a_scheme_only, setup),
        cmocka_unit_test_setup(libc_names_stand_for_descriptors, setup),
    };
    gate_start.cwd_fd = RX_FD_NONE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
