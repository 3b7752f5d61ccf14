/*
 * Before the system ends: what programs have written goes to the disks, of every file system that
 * has a name, not only of the root.
 */
#ifndef INIT_FLUSH_H
#define INIT_FLUSH_H

/* Calls done once, when all schemes that are directories have answered an fsync. One that never
 * does keeps it away for ever: the caller has a time limit. */
void flush_all(void (*done)(void));

#endif
