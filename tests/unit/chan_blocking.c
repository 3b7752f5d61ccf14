/*
 * A debug build's watch over a server's main loop: what waits for another server ends the program,
 * what the kernel answers itself does not, and outside the loop everything goes.
 */
#define UMK_DEBUG

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libredox/src/blocking.c"

#define SERVED 5u /* a descriptor of another server's */
#define KERNEL 6u

static jmp_buf ended;
static u32 asked;

i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    (void)buf;
    assert_int_equal(op, UMK_BIND);
    asked++;
    ret[0] = args[0] == SERVED ? 7 : BINDING_NONE;
    return args[0] == SERVED || args[0] == KERNEL ? 0 : -EBADF;
}

_Noreturn void rx_panic(const char *message)
{
    assert_non_null(message);
    longjmp(ended, 1);
}

static bool ends(u32 op, u64 fd, u64 a1, u64 a2)
{
    if (setjmp(ended))
        return true;
    gate_check_call(op, GATE_ARGS(fd, a1, a2));
    return false;
}

static bool open_ends(u32 op, i64 fd)
{
    if (setjmp(ended))
        return true;
    gate_check_opened(op, fd);
    return false;
}

static bool channel_ends(void)
{
    if (setjmp(ended))
        return true;
    gate_check_channel();
    return false;
}

static void in_the_loop(void **state)
{
    (void)state;
    gate_dispatch(true);
    assert_true(ends(SYS_READ, SERVED, 1, 0));
    assert_true(ends(SYS_OPENAT, SERVED, 0, 0));
    assert_true(ends(SYS_FMAP, SERVED, 0, 4096));
    assert_false(ends(SYS_READ, KERNEL, 1, 0));
    assert_false(ends(SYS_FMAP, RX_ANON_FD, 0, 4096));
    assert_false(ends(SYS_READ, 99, 1, 0));
    assert_true(open_ends(SYS_OPENAT, SERVED));
    assert_false(open_ends(SYS_OPENAT, KERNEL));
    assert_false(open_ends(SYS_OPENAT, -ENOENT));
    assert_false(open_ends(SYS_READ, SERVED));
    assert_true(channel_ends());
}

static void what_the_kernel_does_itself(void **state)
{
    (void)state;
    gate_dispatch(true);
    asked = 0;
    assert_false(ends(SYS_CLOSE, SERVED, 0, 0));
    assert_false(ends(SYS_DUP_INTO, SERVED, 0, 0));
    assert_false(ends(SYS_DUP2, SERVED, 9, 0));
    assert_false(ends(SYS_FCNTL, SERVED, RX_F_SETFD, RX_FD_CLOEXEC));
    assert_false(ends(UMK_NULL, SERVED, 0, 0));
    assert_int_equal(asked, 0);
    assert_true(ends(SYS_DUP_INTO, SERVED, 3, 0));
    assert_true(ends(SYS_DUP2, SERVED, 9, 3));
    assert_true(ends(SYS_FCNTL, SERVED, RX_F_SETFL, RX_O_NONBLOCK));
}

static void outside_the_loop(void **state)
{
    (void)state;
    gate_dispatch(false);
    asked = 0;
    assert_false(ends(SYS_READ, SERVED, 1, 0));
    assert_false(open_ends(SYS_OPENAT, SERVED));
    assert_false(channel_ends());
    assert_int_equal(asked, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_loop),
        cmocka_unit_test(what_the_kernel_does_itself),
        cmocka_unit_test(outside_the_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
