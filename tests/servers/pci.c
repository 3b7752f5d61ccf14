/* PCI functions: base addresses, capabilities and MSI-X of a function made here. */
#include "check.h"
#include "libhw/pci.h"
#include "umk/abi/errno.h"

static u32 space[64];
static u32 bar_fixed[6]; /* bits of each base address that do not change */

static u32 fake_read(void *ctx, u32 offset)
{
    (void)ctx;
    assert_true(offset % 4 == 0 && offset < sizeof space);
    return space[offset / 4];
}

static void fake_write(void *ctx, u32 offset, u32 value)
{
    (void)ctx;
    assert_true(offset % 4 == 0 && offset < sizeof space);
    u32 i = offset / 4;
    if (i >= 4 && i < 10)
        value = (value & ~bar_fixed[i - 4]) | (space[i] & bar_fixed[i - 4]);
    if (i == 1)
        value = (value & 0xFFFF) | (space[1] & 0xFFFF0000);
    space[i] = value;
}

static const struct pci_config config = {fake_read, fake_write, NULL};

static int set_up(void **state)
{
    (void)state;
    memset(space, 0, sizeof space);
    space[0] = 0x10011AF4;
    space[1] = 0x00100003; /* has capabilities; I/O and memory on */
    space[2] = 0x01060200;
    for (u32 i = 0; i < 6; i++)
        bar_fixed[i] = UINT32_MAX;
    space[4] = 0xFEBF0000; /* 4 KiB of memory */
    bar_fixed[0] = 0xFFF;
    space[5] = 0xC001; /* 64 I/O ports */
    bar_fixed[1] = 0x3F;
    space[8] = 0x0000000C; /* 16 KiB of memory at 0x8_0000_0000, 64 bits */
    space[9] = 0x8;
    bar_fixed[4] = 0x3FFF;
    bar_fixed[5] = 0;
    return 0;
}

static void test_identity(void **state)
{
    struct pci_id id;

    (void)state;
    assert_int_equal(pci_identify(&config, &id), 0);
    assert_int_equal(id.vendor, 0x1AF4);
    assert_int_equal(id.device, 0x1001);
    assert_int_equal(id.class, 1);
    assert_int_equal(id.subclass, 6);
    assert_int_equal(id.interface, 2);
    space[0] = UINT32_MAX;
    assert_int_equal(pci_identify(&config, &id), -ENODEV);
}

static void test_bars(void **state)
{
    struct pci_bar bar;
    u32 before[64];

    (void)state;
    memcpy(before, space, sizeof space);
    assert_int_equal(pci_bar(&config, 0, &bar), 0);
    assert_true(bar.memory && bar.address == 0xFEBF0000 && bar.size == 4096);
    assert_int_equal(pci_bar(&config, 1, &bar), 0);
    assert_true(!bar.memory && bar.address == 0xC000 && bar.size == 64);
    assert_int_equal(pci_bar(&config, 4, &bar), 0);
    assert_true(bar.memory && bar.address == 0x800000000 && bar.size == 16384);
    assert_int_equal(pci_bar(&config, 2, &bar), -ENOENT);
    assert_int_equal(pci_bar(&config, 6, &bar), -ENOENT);
    assert_memory_equal(before, space, sizeof space);
}

static void test_bad_bars(void **state)
{
    struct pci_bar bar;

    (void)state;
    bar_fixed[0] = 0xF0F; /* bits with a hole */
    assert_int_equal(pci_bar(&config, 0, &bar), -EINVAL);
    space[9] = 4; /* 64 bits in the last place */
    bar_fixed[5] = 0xF;
    assert_int_equal(pci_bar(&config, 5, &bar), -EINVAL);
    set_up(NULL);
    space[4] = 0;
    assert_int_equal(pci_bar(&config, 0, &bar), -ENODEV);
    space[3] = 0x10000; /* a bridge */
    assert_int_equal(pci_bar(&config, 0, &bar), -ENOENT);
}

static void test_capabilities(void **state)
{
    (void)state;
    space[13] = 0x40;
    space[16] = 0x00005009; /* 0x40: vendor, next 0x50 */
    space[20] = 0x00006011; /* 0x50: MSI-X, next 0x60 */
    space[24] = 0x0000F809; /* 0x60: vendor, next 0xF8 */
    space[62] = 0x00000009; /* 0xF8: vendor, 8 bytes to the end */
    assert_int_equal(pci_capability(&config, 9, 0, 8), 0x40);
    assert_int_equal(pci_capability(&config, 9, 0x40, 8), 0x60);
    assert_int_equal(pci_capability(&config, 9, 0x60, 8), 0xF8);
    assert_int_equal(pci_capability(&config, 9, 0x60, 16), -ENOENT);
    assert_int_equal(pci_capability(&config, 9, 0xF8, 8), -ENOENT);
    space[62] = 0x00004008; /* a circle */
    assert_int_equal(pci_capability(&config, 0x77, 0, 4), -ENOENT);
    space[62] = 0x00004009; /* the same, with what is looked for in it */
    assert_int_equal(pci_capability(&config, 9, 0xF8, 4), -ENOENT);
    space[1] = 3; /* no list */
    assert_int_equal(pci_capability(&config, 9, 0, 4), -ENOENT);
}

static void test_msix(void **state)
{
    struct pci_msix m;

    (void)state;
    assert_int_equal(pci_msix(&config, &m), -ENOENT);
    space[13] = 0x40;
    space[16] = 0x00030011; /* 4 entries */
    space[17] = 0x00000800; /* base address 0, offset 2048 */
    assert_int_equal(pci_msix(&config, &m), 0);
    assert_true(m.capability == 0x40 && m.bar == 0 && m.offset == 0x800 && m.entries == 4);
    pci_msix_enable(&config, &m);
    assert_int_equal(space[16], 0x80030011);
    space[17] = 0xFD0; /* 3 of 4 entries fit */
    assert_int_equal(pci_msix(&config, &m), -EINVAL);
    space[17] = 0x1; /* I/O ports */
    assert_int_equal(pci_msix(&config, &m), -EINVAL);
}

static void test_msi(void **state)
{
    struct pci_msi m;

    (void)state;
    assert_int_equal(pci_msi(&config, &m), -ENOENT);
    space[13] = 0x40;
    space[16] = 0x01F60005; /* on, 8 messages, 64 bits, masks */
    assert_int_equal(pci_msi(&config, &m), 0);
    assert_true(m.capability == 0x40 && m.wide && m.maskable);
    pci_msi_enable(&config, &m, 0x1FEE00000, 0x60);
    assert_int_equal(space[16], 0x01870005);
    assert_true(space[17] == 0xFEE00000 && space[18] == 1 && space[19] == 0x60 && space[20] == 0);
    space[16] = 0x00000005;
    space[19] = 0;
    assert_int_equal(pci_msi(&config, &m), 0);
    pci_msi_enable(&config, &m, 0xFEE00000, 0x61);
    assert_true(space[16] == 0x00010005 && space[18] == 0x61 && space[19] == 0);
    space[13] = 0xF4; /* 12 bytes to the end, but addresses of 64 bits */
    space[61] = 0x00800005;
    assert_int_equal(pci_msi(&config, &m), -EINVAL);
}

static void test_enable(void **state)
{
    (void)state;
    pci_enable(&config, false);
    assert_int_equal(space[1], 0x00100407);
    pci_enable(&config, true);
    assert_int_equal(space[1], 0x00100007);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_identity, set_up),
        cmocka_unit_test_setup(test_bars, set_up),
        cmocka_unit_test_setup(test_bad_bars, set_up),
        cmocka_unit_test_setup(test_capabilities, set_up),
        cmocka_unit_test_setup(test_msix, set_up),
        cmocka_unit_test_setup(test_msi, set_up),
        cmocka_unit_test_setup(test_enable, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
