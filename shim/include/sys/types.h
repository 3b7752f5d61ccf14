#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H

#include <features.h>
#include <bits/types.h>
#include <stddef.h>
#include <stdint.h>

typedef __ssize_t ssize_t;
typedef __off_t off_t;
typedef __mode_t mode_t;
typedef __uid_t uid_t;
typedef __gid_t gid_t;
typedef __pid_t pid_t;
typedef __id_t id_t;
typedef __ino_t ino_t;
typedef __dev_t dev_t;
typedef __nlink_t nlink_t;
typedef __blksize_t blksize_t;
typedef __blkcnt_t blkcnt_t;
typedef __fsblkcnt_t fsblkcnt_t;
typedef __fsfilcnt_t fsfilcnt_t;
typedef __time_t time_t;
typedef __suseconds_t suseconds_t;
typedef unsigned int useconds_t;
typedef __clock_t clock_t;
typedef __clockid_t clockid_t;
typedef __timer_t timer_t;
typedef int key_t;
typedef unsigned short reclen_t;
typedef __socklen_t socklen_t;

#include <bits/pthreadtypes.h>

#if __UMK_EXT
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef int64_t quad_t;
typedef uint64_t u_quad_t;
typedef char *caddr_t;
typedef off_t loff_t;
typedef int daddr_t;
typedef long register_t;
typedef off_t off64_t;
typedef ino_t ino64_t;

#define major(dev) ((unsigned int)(((dev) >> 8) & 0xfff))
#define minor(dev) ((unsigned int)(((dev)&0xff) | (((dev) >> 12) & 0xffffff00u)))
#define makedev(major, minor)                                   \
    ((dev_t)(((dev_t)((major)&0xfffu) << 8) | ((minor)&0xffu) | \
             (((dev_t)(minor)&0xffffff00u) << 12)))
#endif

#endif
