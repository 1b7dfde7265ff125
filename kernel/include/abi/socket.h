/* socket.h - socket constants and structures of the Linux i386 ABI (linux/socket.h, asm/socket.h).
 */
#ifndef ABI_SOCKET_H
#define ABI_SOCKET_H

#include <kernel/types.h>

#ifndef OLDIRON_HOST
#define AF_UNSPEC      0
#define AF_UNIX	       1
#define AF_MAX	       46
#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_SEQPACKET 5
#endif
#define SOCK_TYPE_MASK 0xfu
#define SOCK_NONBLOCK_ 04000u	 /* O_NONBLOCK */
#define SOCK_CLOEXEC_  02000000u /* O_CLOEXEC */

#define SOL_SOCKET_ABI	   1
#define SO_DEBUG_ABI	   1
#define SO_REUSEADDR_ABI   2
#define SO_TYPE_ABI	   3
#define SO_ERROR_ABI	   4
#define SO_DONTROUTE_ABI   5
#define SO_BROADCAST_ABI   6
#define SO_SNDBUF_ABI	   7
#define SO_RCVBUF_ABI	   8
#define SO_KEEPALIVE_ABI   9
#define SO_OOBINLINE_ABI   10
#define SO_NO_CHECK_ABI	   11
#define SO_PRIORITY_ABI	   12
#define SO_LINGER_ABI	   13
#define SO_REUSEPORT_ABI   15
#define SO_PASSCRED_ABI	   16
#define SO_PEERCRED_ABI	   17
#define SO_RCVLOWAT_ABI	   18
#define SO_SNDLOWAT_ABI	   19
#define SO_RCVTIMEO_OLD	   20
#define SO_SNDTIMEO_OLD	   21
#define SO_PEERNAME_ABI	   28
#define SO_TIMESTAMP_OLD   29
#define SO_ACCEPTCONN_ABI  30
#define SO_SNDBUFFORCE_ABI 32
#define SO_RCVBUFFORCE_ABI 33
#define SO_PASSSEC_ABI	   34
#define SO_MARK_ABI	   36
#define SO_PROTOCOL_ABI	   38
#define SO_DOMAIN_ABI	   39
#define SO_PEEK_OFF_ABI	   42
#define SO_PEERGROUPS_ABI  59
#define SO_RCVTIMEO_NEW	   66
#define SO_SNDTIMEO_NEW	   67

#define SCM_RIGHTS_ABI	    1
#define SCM_CREDENTIALS_ABI 2

#define MSG_OOB_ABI	     0x1u
#define MSG_PEEK_ABI	     0x2u
#define MSG_CTRUNC_ABI	     0x8u
#define MSG_TRUNC_ABI	     0x20u
#define MSG_DONTWAIT_ABI     0x40u
#define MSG_EOR_ABI	     0x80u
#define MSG_WAITALL_ABI	     0x100u
#define MSG_ERRQUEUE_ABI     0x2000u
#define MSG_NOSIGNAL_ABI     0x4000u
#define MSG_MORE_ABI	     0x8000u
#define MSG_WAITFORONE_ABI   0x10000u
#define MSG_CMSG_CLOEXEC_ABI 0x40000000u

#define SHUT_RD_ABI   0
#define SHUT_WR_ABI   1
#define SHUT_RDWR_ABI 2

#define UNIX_PATH_MAX	 108
#define SOCKADDR_MAX	 128 /* struct sockaddr_storage */
#define SOCKADDR_UN_PATH 2   /* offset of sun_path */

struct sockaddr_un_abi {
	u16 family;
	char path[UNIX_PATH_MAX];
};

struct msghdr_abi {
	u32 name;
	s32 namelen;
	u32 iov, iovlen;
	u32 control, controllen;
	u32 flags;
};
_Static_assert(sizeof(struct msghdr_abi) == 28, "struct msghdr");

struct mmsghdr_abi {
	struct msghdr_abi hdr;
	u32 len;
};
_Static_assert(sizeof(struct mmsghdr_abi) == 32, "struct mmsghdr");

struct cmsghdr_abi {
	u32 len;
	s32 level, type;
};
#define CMSG_ALIGN_UP(n) ALIGN_UP((n), 4u)

struct ucred_abi {
	s32 pid;
	u32 uid, gid;
};

#endif
