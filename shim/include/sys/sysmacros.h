/* Parts of a device number. */
#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H

#define major(dev) ((unsigned)(((dev) >> 8) & 0xfff))
#define minor(dev) ((unsigned)(((dev)&0xff) | (((dev) >> 12) & 0xfff00)))
#define makedev(maj, min)                                  \
    ((unsigned long)(((min)&0xff) | (((maj)&0xfff) << 8) | \
                     (((unsigned long)(min) & ~0xfful) << 12)))

#endif
