/* The whole of chown and chgrp. */
#ifndef COMMON_CHOWN_MAIN_H
#define COMMON_CHOWN_MAIN_H

#include <stdbool.h>

/* group_only: the first operand is a group, and owners stay. The exit status. */
int chown_main(bool group_only, int argc, char **argv);

#endif
