/*
 * The types of POSIX under names that any header may use. mode_t, uid_t, gid_t and pid_t are
 * signed as in Redox.
 */
#ifndef _BITS_TYPES_H
#define _BITS_TYPES_H

typedef long __off_t;
typedef long __ssize_t;
typedef int __mode_t;
typedef int __uid_t;
typedef int __gid_t;
typedef int __pid_t;
typedef int __id_t;
typedef unsigned long __ino_t;
typedef unsigned long __dev_t;
typedef unsigned long __nlink_t;
typedef long __blksize_t;
typedef long __blkcnt_t;
typedef unsigned long __fsblkcnt_t;
typedef unsigned long __fsfilcnt_t;
typedef long __time_t;
typedef int __suseconds_t;
typedef long __clock_t;
typedef int __clockid_t;
typedef void *__timer_t;
typedef unsigned int __socklen_t;

#endif
