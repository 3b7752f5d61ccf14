/*
 * The terminal protocol's records: what is read from and written to the handles "termios" and
 * "winsize" that a terminal gives by dup. Values of the flag words and places in `cc` are Redox's.
 */
#ifndef UMK_ABI_TTY_H
#define UMK_ABI_TTY_H

#include "umk/abi/types.h"

struct rx_termios {
    u32 iflag;
    u32 oflag;
    u32 cflag;
    u32 lflag;
    u8 cc[32];
};

_Static_assert(sizeof(struct rx_termios) == 48, "the terminal protocol's record");

struct rx_winsize {
    u16 rows;
    u16 columns;
    u16 xpixel;
    u16 ypixel;
};

_Static_assert(sizeof(struct rx_winsize) == 8, "the terminal protocol's record");

enum rx_tty_cc {
    RX_VEOF = 0,
    RX_VEOL = 1,
    RX_VEOL2 = 2,
    RX_VERASE = 3,
    RX_VWERASE = 4,
    RX_VKILL = 5,
    RX_VREPRINT = 6,
    RX_VINTR = 8,
    RX_VQUIT = 9,
    RX_VSUSP = 10,
    RX_VSTART = 12,
    RX_VSTOP = 13,
    RX_VLNEXT = 14,
    RX_VDISCARD = 15,
    RX_VMIN = 16,
    RX_VTIME = 17,
};

/* c_iflag */
#define RX_BRKINT 0x2u
#define RX_IGNBRK 0x1u
#define RX_IGNPAR 0x4u
#define RX_PARMRK 0x8u
#define RX_INPCK 0x10u
#define RX_ISTRIP 0x20u
#define RX_INLCR 0x40u
#define RX_IGNCR 0x80u
#define RX_ICRNL 0x100u
#define RX_IXON 0x200u
#define RX_IXOFF 0x400u
#define RX_IXANY 0x800u
#define RX_IUTF8 0x4000u

/* c_oflag */
#define RX_OPOST 0x1u
#define RX_ONLCR 0x2u

/* c_cflag */
#define RX_CS8 0x300u
#define RX_CREAD 0x800u
#define RX_HUPCL 0x4000u
#define RX_B38400 15u

/* c_lflag */
#define RX_ECHOE 0x2u
#define RX_ECHOK 0x4u
#define RX_ECHO 0x8u
#define RX_ECHONL 0x10u
#define RX_ECHOCTL 0x40u
#define RX_ISIG 0x80u
#define RX_ICANON 0x100u
#define RX_IEXTEN 0x400u
#define RX_TOSTOP 0x400000u
#define RX_NOFLSH 0x80000000u

#endif
