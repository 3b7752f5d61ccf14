/* What an ATA disk says of itself (ATA8-ACS, section 7.16); see ahci.h. */
#include "servers/ahcid/ahci.h"
#include "umk/abi/errno.h"

#define SECTOR 512u

static u32 word(const u8 *data, u32 n)
{
    return data[2 * n] | (u32)data[2 * n + 1] << 8;
}

i64 ahci_identify(const u8 *data, struct ahci_disk *out)
{
    u32 commands = word(data, 83), sizes = word(data, 106);
    u64 bytes = SECTOR;

    /* word 83 is valid when its highest bits are 01; bit 10: addresses of 48 bits */
    if (word(data, 0) & 0x8000 || commands >> 14 != 1 || !(commands >> 10 & 1))
        return -EOPNOTSUPP;
    if (sizes >> 14 == 1 && sizes >> 12 & 1)
        bytes = 2 * (word(data, 117) | (u64)word(data, 118) << 16);
    out->sectors = 0;
    for (u32 i = 0; i < 4; i++)
        out->sectors |= (u64)word(data, 100 + i) << 16 * i;
    if (bytes < SECTOR || bytes > 4096 || bytes & (bytes - 1) || out->sectors == 0 ||
        out->sectors > AHCI_SECTORS_MAX)
        return -EINVAL;
    out->sector_size = (u32)bytes;
    out->flush_wide = commands >> 13 & 1;
    return 0;
}
