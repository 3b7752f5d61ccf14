/*
 * Remote calls (CALL) on sockets and on their names in file systems: the first metadata word is
 * the verb. The numbers are Redox's.
 */
#ifndef UMK_ABI_SOCKETS_H
#define UMK_ABI_SOCKETS_H

#include "umk/abi/types.h"

/* On a socket. */
enum socket_call {
    SOCKET_BIND = 0,
    SOCKET_CONNECT = 1,
    SOCKET_SET_OPTION = 2,
    SOCKET_GET_OPTION = 3,
    SOCKET_SEND = 4,
    SOCKET_RECEIVE = 5,
    SOCKET_UNBIND = 6,
    SOCKET_GET_TOKEN = 7, /* out: the token; ENOBUFS when the payload is shorter than 8 bytes */
    SOCKET_PEER_NAME = 8,
    SOCKET_SHUTDOWN = 9,
};

/* On the node of a file system that names a Unix socket. */
enum fs_call {
    FS_CALL_CONNECT = 0, /* out: the token of the socket behind the name */
};

/* What a client gives room for; the first word is the token. */
#define SOCKET_TOKEN_SIZE 16u

#endif
