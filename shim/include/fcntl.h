#ifndef _FCNTL_H
#define _FCNTL_H

#include <sys/types.h>

/* Redox's values: the access mode is two bits, the low half of the word is the creation mode. */
#define O_RDONLY 0x00010000
#define O_WRONLY 0x00020000
#define O_RDWR 0x00030000
#define O_ACCMODE 0x00030000
#define O_NONBLOCK 0x00040000
#define O_APPEND 0x00080000
#define O_SHLOCK 0x00100000
#define O_EXLOCK 0x00200000
#define O_ASYNC 0x00400000
#define O_FSYNC 0x00800000
#define O_SYNC O_FSYNC
#define O_DSYNC O_FSYNC
#define O_RSYNC O_FSYNC
#define O_CLOEXEC 0x01000000
#define O_CREAT 0x02000000
#define O_TRUNC 0x04000000
#define O_EXCL 0x08000000
#define O_DIRECTORY 0x10000000
#define O_STAT 0x20000000
#define O_PATH 0x20000000
#define O_SEARCH O_PATH
#define O_EXEC O_RDONLY
#define O_SYMLINK 0x40000000
#define O_NOFOLLOW (-0x7fffffff - 1)
#define O_NOCTTY 0x00000200
#define O_CLOFORK 0x00000400
#define O_TTY_INIT 0
#define O_NDELAY O_NONBLOCK
#define O_LARGEFILE 0

#define F_DUPFD 0
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
#define F_DUPFD_CLOEXEC 1030
#define F_DUPFD_CLOFORK 1031

#define FD_CLOEXEC 0x01000000
#define FD_CLOFORK 0x02000000

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x200
#define AT_REMOVEDIR 0x200
#define AT_EACCESS 0x400
#define AT_SYMLINK_FOLLOW 0x2000
#define AT_EMPTY_PATH 0x4000

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

#define POSIX_FADV_NORMAL 0
#define POSIX_FADV_RANDOM 1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED 3
#define POSIX_FADV_DONTNEED 4
#define POSIX_FADV_NOREUSE 5

struct flock {
    short l_type;
    short l_whence;
    off_t l_start;
    off_t l_len;
    pid_t l_pid;
};

#if __UMK_EXT
#define FAPPEND O_APPEND
#define FNONBLOCK O_NONBLOCK
#define FNDELAY O_NONBLOCK
#endif

__BEGIN_DECLS
int creat(const char *, mode_t);
int fcntl(int, int, ...);
int open(const char *, int, ...);
int openat(int, const char *, int, ...);
int posix_fadvise(int, off_t, off_t, int);
#if __UMK_EXT
int fallocate(int, int, off_t, off_t);
#endif
int posix_fallocate(int, off_t, off_t);
__END_DECLS

#include <sys/stat.h>

#endif
