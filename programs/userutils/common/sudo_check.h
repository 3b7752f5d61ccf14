/*
 * What the sudo daemon asks of a process of its own, so that it never waits for a file, for a hash,
 * or for the three seconds that a wrong password costs. The question is in the environment of that
 * process, its answer is the exit status.
 */
#ifndef USERUTILS_SUDO_CHECK_H
#define USERUTILS_SUDO_CHECK_H

#define CHECK_UID "SUDO_CHECK_UID"       /* of the client, decimal */
#define CHECK_SECRET "SUDO_CHECK_SECRET" /* what it wrote */
#define CHECK_YES 0
#define CHECK_NO 1

/* "sudo": the client is in group sudo and this is its password. "su": this is root's.
 * "passwd": this is the client's. "store": this is the client's new password, which is stored. */
int sudo_check(const char *question);

/* The daemon; does not return. */
_Noreturn void sudo_daemon(void);

#endif
