#ifndef _BITS_LOCALE_T_H
#define _BITS_LOCALE_T_H

typedef const struct __umk_locale *locale_t;

#endif
