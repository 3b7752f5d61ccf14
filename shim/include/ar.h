/* The format of archives, as ar writes them. Each member is a header, its bytes, and a newline if
 * there is an odd number of these. Numbers are text, padded with blanks. */
#ifndef _AR_H
#define _AR_H

#define ARMAG "!<arch>\n" /* begins an archive */
#define SARMAG 8
#define ARFMAG "`\n" /* ends a header */

struct ar_hdr {
    char ar_name[16];
    char ar_date[12], ar_uid[6], ar_gid[6]; /* decimal */
    char ar_mode[8];                        /* octal */
    char ar_size[10];                       /* decimal */
    char ar_fmag[2];
};

#endif
