/* File modes as text: "drwxr-xr-x" out, "u+rwX,go=r" and octal in. */
#ifndef COMMON_MODE_H
#define COMMON_MODE_H

#include <stdbool.h>
#include <sys/types.h>

/* Ten characters and a final NUL. */
void mode_text(mode_t mode, char out[11]);

/*
 * Applies `text` to `old` (permission bits plus, in is_dir, what X and directory special bits
 * need). `mask` is the umask, used where no who-letter is given. False when the text is not a mode.
 */
bool mode_apply(const char *text, mode_t old, bool is_dir, mode_t mask, mode_t *out);

#endif
