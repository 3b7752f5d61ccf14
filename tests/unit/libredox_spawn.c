/*
 * Spawn and exec over the fake gate: the block a program starts from, small and in
 * a memory object, and what the child gets for working directory and namespace.
 */
#include "tests/libredox/fake_gate.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_add("file:", FAKE_DIR, "");
    fake_add("file:home", FAKE_DIR, "");
    fake_add("file:bin", FAKE_FILE, "");
    return rx_chdir("/home", 5) == 0 ? 0 : -1;
}

static struct rx_spawn plain(char **argv, char **envp)
{
    return (struct rx_spawn){.image = 3,
                             .argv = argv,
                             .envp = envp,
                             .ns_fd = RX_FD_NONE,
                             .umask = 022,
                             .sigblocked = 5,
                             .sigignored = 6};
}

static struct exec_block block_header(void)
{
    struct exec_block b;
    assert_true(fake_spawn_block_len >= sizeof(b));
    memcpy(&b, fake_spawn_block, sizeof(b));
    assert_int_equal(b.magic, EXEC_BLOCK_MAGIC);
    assert_int_equal(fake_spawn_block_len, sizeof(b) + b.strings_len);
    return b;
}

static struct spawn_args head_args(void)
{
    struct spawn_args args;
    memcpy(&args, fake_last_payload, sizeof(args));
    return args;
}

static struct spawn_action head_action(size_t i)
{
    struct spawn_action action;
    memcpy(&action, fake_last_payload + sizeof(struct spawn_args) + i * sizeof(action),
           sizeof(action));
    return action;
}

static u64 own_cwd_fd(void)
{
    struct cwd cwd;
    assert_int_equal(cwd_acquire(&cwd), 0);
    cwd_release(&cwd);
    return cwd.fd;
}

static void a_small_block_goes_along(void **state)
{
    (void)state;
    char *argv[] = {(char *)"ls", (char *)"", (char *)"-l", NULL};
    char *envp[] = {(char *)"A=b", NULL};
    struct rx_spawn s = plain(argv, envp);
    assert_int_equal(rx_spawn(&s), 77);
    assert_int_equal(fake_spawn_block_fd, RX_ANON_FD);
    struct exec_block b = block_header();
    assert_int_equal(b.argc, 3);
    assert_int_equal(b.envc, 1);
    assert_int_equal(b.umask, 022);
    assert_int_equal(b.ns_fd, RX_FD_UPPER | FAKE_NS);
    assert_int_equal(b.cwd_fd, own_cwd_fd());
    assert_int_equal(b.cwd_len, 6);
    static const char strings[] = "ls\0\0-l\0A=b\0/home";
    assert_int_equal(b.strings_len, sizeof(strings));
    assert_memory_equal(fake_spawn_block + sizeof(b), strings, sizeof(strings));
    assert_int_equal(head_args().sigallowed, ~(u64)5);
    assert_int_equal(head_args().sigignored, 6);
    assert_int_equal(fake_last_args[0], 3);
}

static void a_big_block_goes_in_an_object(void **state)
{
    (void)state;
    static char big[20000];
    memset(big, 'x', sizeof(big) - 1);
    char *argv[] = {big, big, NULL};
    struct rx_spawn s = plain(argv, NULL);
    size_t before = fake_open_count();
    assert_int_equal(rx_spawn(&s), 77);
    assert_true(fake_spawn_block_fd != RX_ANON_FD);
    struct exec_block b = block_header();
    assert_int_equal(b.argc, 2);
    assert_int_equal(b.envc, 0);
    assert_int_equal(b.strings_len, 2 * sizeof(big) + 6);
    assert_memory_equal(fake_spawn_block + sizeof(b) + sizeof(big), big, sizeof(big));
    assert_string_equal((char *)fake_spawn_block + sizeof(b) + 2 * sizeof(big), "/home");
    assert_int_equal(fake_open_count(), before);
}

/* Around the size at which a block stops fitting beside the head, every length works. */
static void every_size_near_the_limit_works(void **state)
{
    (void)state;
    static char text[8300];
    char *argv[] = {text, NULL};
    struct rx_spawn s = plain(argv, NULL);
    bool along = false, object = false;
    for (size_t len = 8050; len < 8200; len++) {
        memset(text, 'a', len);
        text[len] = '\0';
        assert_int_equal(rx_spawn(&s), 77);
        assert_int_equal(block_header().strings_len, len + 1 + 6);
        along |= fake_spawn_block_fd == RX_ANON_FD;
        object |= fake_spawn_block_fd != RX_ANON_FD;
    }
    assert_true(along && object);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    static char huge[EXEC_BLOCK_MAX];
    memset(huge, 'x', sizeof(huge) - 1);
    char *argv[] = {huge, NULL};
    struct rx_spawn s = plain(argv, NULL);
    assert_int_equal(rx_spawn(&s), -E2BIG);
    argv[0] = (char *)"a";
    static const struct spawn_action actions[400];
    s.actions = actions;
    s.nactions = 400;
    assert_int_equal(rx_spawn(&s), -E2BIG);
    s.nactions = UINT32_MAX;
    assert_int_equal(rx_spawn(&s), -E2BIG);
}

static void the_childs_namespace_takes_the_place_of_ours(void **state)
{
    (void)state;
    char *argv[] = {(char *)"a", NULL};
    static const struct spawn_action close_it = {.kind = SPAWN_CLOSE, .from = 9};
    struct rx_spawn s = plain(argv, NULL);
    s.ns_fd = RX_FD_UPPER | 40;
    s.actions = &close_it;
    s.nactions = 1;
    s.flags = SPAWN_SETPGID;
    s.pgid = 12;
    assert_int_equal(rx_spawn(&s), 77);
    assert_int_equal(fake_last_args[3], 2);
    struct spawn_action first = head_action(0);
    assert_int_equal(first.kind, SPAWN_DUP2);
    assert_int_equal(first.from, RX_FD_UPPER | 40);
    assert_int_equal(first.to, RX_FD_UPPER | FAKE_NS);
    assert_int_equal(head_action(1).from, 9);
    assert_int_equal(block_header().ns_fd, RX_FD_UPPER | FAKE_NS);
    assert_int_equal(head_args().flags, SPAWN_SETPGID);
    assert_int_equal(head_args().pgid, 12);
}

static void the_childs_directory_takes_the_place_of_ours(void **state)
{
    (void)state;
    char *argv[] = {(char *)"a", NULL};
    struct rx_spawn s = plain(argv, NULL);
    s.cwd = "..";
    size_t before = fake_open_count();
    assert_int_equal(rx_spawn(&s), 77);
    assert_int_equal(fake_open_count(), before);
    struct exec_block b = block_header();
    assert_int_equal(b.cwd_fd, own_cwd_fd());
    assert_int_equal(b.cwd_len, 2);
    assert_int_equal(fake_spawn_block[fake_spawn_block_len - 2], '/');
    s.cwd = "/bin";
    assert_int_equal(rx_spawn(&s), -ENOTDIR);
    s.cwd = "/none";
    assert_int_equal(rx_spawn(&s), -ENOENT);
    assert_int_equal(fake_open_count(), before);
}

static void exec_starts_from_the_same_block(void **state)
{
    (void)state;
    char *argv[] = {(char *)"a", NULL};
    struct rx_spawn s = plain(argv, NULL);
    static const struct spawn_action ignored = {.kind = SPAWN_CLOSE, .from = 9};
    s.actions = &ignored;
    s.nactions = 1;
    s.flags = SPAWN_SETSID;
    assert_int_equal(rx_exec(&s), 77);
    assert_int_equal(fake_last_op, UMK_EXEC);
    assert_int_equal(fake_last_args[3], 0);
    assert_int_equal(head_args().flags, 0);
    assert_int_equal(block_header().argc, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_small_block_goes_along, setup),
        cmocka_unit_test_setup(a_big_block_goes_in_an_object, setup),
        cmocka_unit_test_setup(every_size_near_the_limit_works, setup),
        cmocka_unit_test_setup(too_much_is_refused, setup),
        cmocka_unit_test_setup(the_childs_namespace_takes_the_place_of_ours, setup),
        cmocka_unit_test_setup(the_childs_directory_takes_the_place_of_ours, setup),
        cmocka_unit_test_setup(exec_starts_from_the_same_block, setup),
    };
    gate_start.cwd_fd = RX_FD_NONE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
