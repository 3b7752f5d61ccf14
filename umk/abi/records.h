/*
 * Records that cross the boundary between programs, servers and the kernel.
 * Layouts are Redox's (x86_64, native endian); each is asserted below its
 * definition.
 */
#ifndef UMK_ABI_RECORDS_H
#define UMK_ABI_RECORDS_H

#include "umk/abi/types.h"

struct rx_timespec {
    i64 sec;
    i32 nsec;
    i32 pad;
};
ABI_SIZE(struct rx_timespec, 16);

struct rx_stat {
    u64 dev;
    u64 ino;
    u16 mode;
    u32 nlink;
    u32 uid;
    u32 gid;
    u64 size;
    u32 blksize;
    u64 blocks; /* in units of 512 bytes */
    u64 mtime;
    u32 mtime_nsec;
    u64 atime;
    u32 atime_nsec;
    u64 ctime;
    u32 ctime_nsec;
};
ABI_SIZE(struct rx_stat, 104);
ABI_OFFSET(struct rx_stat, size, 32);
ABI_OFFSET(struct rx_stat, blocks, 48);
ABI_OFFSET(struct rx_stat, ctime, 88);

struct rx_statvfs {
    u32 bsize;
    u64 blocks;
    u64 bfree;
    u64 bavail;
};
ABI_SIZE(struct rx_statvfs, 32);

struct rx_map {
    u64 offset;
    u64 size;
    u64 flags;   /* RX_PROT_* | RX_MAP_* */
    u64 address; /* a hint, or exact with RX_MAP_FIXED */
};
ABI_SIZE(struct rx_map, 32);

struct rx_event {
    u64 id;    /* descriptor number as registered */
    u64 flags; /* EVENT_* */
    u64 data;
};
ABI_SIZE(struct rx_event, 24);

/* A directory entry: this packed header, the name, NUL, padding to a multiple of 8. */
struct __attribute__((packed)) rx_dirent {
    u64 ino;
    u64 next; /* opaque: pass it to getdents to go on after this entry */
    u16 reclen;
    u8 kind;
};
ABI_SIZE(struct rx_dirent, 19);
#define RX_DIRENT_HEADER 19u

enum dirent_kind {
    DIRENT_UNKNOWN = 0,
    DIRENT_CHR = 2,
    DIRENT_DIR = 4,
    DIRENT_BLK = 6,
    DIRENT_FILE = 8,
    DIRENT_SYMLINK = 10,
    DIRENT_SOCK = 12,
};

/* What dup on a scheme socket takes to make a descriptor of that scheme. */
struct rx_new_fd {
    u64 offset;
    u64 number;
    u64 flags;
    u8 internal_flags; /* NEWFD_* */
    u8 pad[7];
};
ABI_SIZE(struct rx_new_fd, 32);
#define NEWFD_POSITIONED 1u

struct rx_proc_meta {
    u32 pid, pgid, ppid, ruid, euid, suid, rgid, egid, sgid, ens, rns;
};
ABI_SIZE(struct rx_proc_meta, 44);

struct rx_rt_sig_info {
    u64 arg;
    i32 code;
    u32 uid;
    u32 pid;
    u32 pad;
};
ABI_SIZE(struct rx_rt_sig_info, 24);

/*
 * Signal state in memory that a process shares with the kernel. Everything the
 * kernel reads here was written by the process it concerns and can only hurt it.
 */
struct sig_action {
    u64 first; /* handler address, and SIGACT_* in the high bits */
    u64 mask;
};
#define SIGACT_IGNORED (1ull << 63)
#define SIGACT_DEFAULT_IS_STOP (1ull << 62) /* TSTP TTIN TTOU; for CHLD: not for stops */
#define SIGACT_RESETHAND (1ull << 61)
#define SIGACT_NODEFER (1ull << 60)
#define SIGACT_RESTART (1ull << 59)
#define SIGACT_ONSTACK (1ull << 58)
#define SIGACT_SIGINFO (1ull << 57)
#define SIGACT_ADDRESS ((1ull << 57) - 1)

struct sig_proc_control {
    u64 pending; /* kernel sets bits, any thread claims them by atomic and */
    u64 pad;
    struct sig_action actions[64];
    u64 sender_infos[32]; /* pid | ruid << 32 */
};
ABI_SIZE(struct sig_proc_control, 1296);
ABI_OFFSET(struct sig_proc_control, sender_infos, 1040);

struct sig_control {
    u64 word[2]; /* low half pending, high half allowed; signals 1..32 and 33..64 */
    u64 sender_infos[32];
    u64 control_flags;
    u64 saved_ip;
    u64 saved_flags;
};
ABI_SIZE(struct sig_control, 296);
ABI_OFFSET(struct sig_control, control_flags, 272);
#define SIGCTL_INHIBIT 1u

#endif
