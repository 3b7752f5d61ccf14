#ifndef _PATHS_H
#define _PATHS_H

#define _PATH_DEFPATH "/usr/bin:/bin"
#define _PATH_STDPATH "/usr/bin:/bin"
#define _PATH_BSHELL "/bin/sh"
#define _PATH_DEVNULL "/scheme/null"
#define _PATH_TTY "/scheme/libc/tty"
#define _PATH_TMP "/tmp/"
#define _PATH_VARTMP "/tmp/"

#endif
