/*
 * socket_opt.c - getsockopt, setsockopt at the level of the socket.
 */
#include <kernel/cred.h>
#include <kernel/math64.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/time.h>
#include "socket_internal.h"

#define OPT_MAX_SIZE 256 /* of any option value here */

/* Boolean options that mean nothing to local sockets but are kept and told. */
static const u8 kept_options[] = { SO_DEBUG_ABI,     SO_REUSEADDR_ABI, SO_DONTROUTE_ABI,
				   SO_BROADCAST_ABI, SO_KEEPALIVE_ABI, SO_OOBINLINE_ABI,
				   SO_NO_CHECK_ABI,  SO_PRIORITY_ABI,  SO_REUSEPORT_ABI,
				   SO_TIMESTAMP_OLD, SO_PASSSEC_ABI,   SO_MARK_ABI };

/* The bit of a kept option; 0 = none of them. */
static u32 kept_bit(int opt)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(kept_options); i++)
		if (kept_options[i] == opt)
			return 1u << (SOCKET_KEPT_BASE + i);
	return 0;
}

static int timeout_parse(s64 *ns, const void *value, int len, bool is64)
{
	s64 sec, usec;

	if (len < (is64 ? 16 : 8))
		return -EINVAL;
	if (is64) {
		const s64 *v = value;

		sec = v[0];
		usec = v[1];
	} else {
		const s32 *v = value;

		sec = v[0];
		usec = v[1];
	}
	if (usec < 0 || usec >= USEC_PER_SEC)
		return -EDOM;
	if (sec < 0) {
		*ns = 1; /* over at once, as Linux takes it */
		return 0;
	}
	if ((!sec && !usec) || sec > TIMEOUT_NEVER / NSEC_PER_SEC - 1)
		*ns = TIMEOUT_NEVER;
	else
		*ns = SEC(sec) + usec * NSEC_PER_USEC;
	return 0;
}

static int timeout_format(s64 ns, void *value, bool is64)
{
	u32 rest = 0;
	u64 sec = 0;

	if (ns != TIMEOUT_NEVER)
		sec = div_u64_rem((u64)ns, (u32)NSEC_PER_SEC, &rest);
	rest /= (u32)NSEC_PER_USEC;
	if (is64) {
		((s64 *)value)[0] = (s64)sec;
		((s64 *)value)[1] = rest;
		return 16;
	}
	((s32 *)value)[0] = (s32)sec;
	((s32 *)value)[1] = (s32)rest;
	return 8;
}

/* Twice the wish: Linux counts its own overhead, programs expect to read the double back. */
static void set_buffer(int *field, int wish, int least, bool force)
{
	if (!force)
		wish = min((u32)wish, (u32)SOCKET_BUF_DEFAULT);
	else
		wish = min(max(wish, 0), INT_MAX / 2);
	*field = max(wish * 2, least);
}

static int set_linger(struct socket *sock, const int *value, int len)
{
	if (len < 8)
		return -EINVAL;
	sock->linger = value[0] ? value[1] + 1 : 0;
	return 0;
}

static int set_number(struct socket *sock, int opt, int n)
{
	u32 bit = kept_bit(opt);

	switch (opt) {
	case SO_SNDBUF_ABI:
		set_buffer(&sock->sndbuf, n, SOCKET_SNDBUF_MIN, false);
		return 0;
	case SO_RCVBUF_ABI:
		set_buffer(&sock->rcvbuf, n, SOCKET_RCVBUF_MIN, false);
		return 0;
	case SO_SNDBUFFORCE_ABI:
	case SO_RCVBUFFORCE_ABI:
		if (!capable(CAP_NET_ADMIN))
			return -EPERM;
		if (opt == SO_SNDBUFFORCE_ABI)
			set_buffer(&sock->sndbuf, n, SOCKET_SNDBUF_MIN, true);
		else
			set_buffer(&sock->rcvbuf, n, SOCKET_RCVBUF_MIN, true);
		return 0;
	case SO_PASSCRED_ABI:
		bit = SOCKET_PASSCRED;
		break;
	case SO_RCVLOWAT_ABI:
		sock->rcvlowat = n < 0 ? INT_MAX : max(n, 1);
		return 0;
	case SO_TYPE_ABI:
	case SO_PROTOCOL_ABI:
	case SO_DOMAIN_ABI:
	case SO_ERROR_ABI:
		return -ENOPROTOOPT;
	}
	if (!bit)
		return -ENOPROTOOPT;
	sock->options = n ? sock->options | bit : sock->options & ~bit;
	return 0;
}

static int set_option(struct socket *sock, int level, int opt, const void *value, int len)
{
	int err = -ENOPROTOOPT;

	if (level == SOL_SOCKET_ABI) {
		switch (opt) {
		case SO_RCVTIMEO_OLD:
		case SO_RCVTIMEO_NEW:
			return timeout_parse(&sock->rcvtimeo, value, len, opt == SO_RCVTIMEO_NEW);
		case SO_SNDTIMEO_OLD:
		case SO_SNDTIMEO_NEW:
			return timeout_parse(&sock->sndtimeo, value, len, opt == SO_SNDTIMEO_NEW);
		case SO_LINGER_ABI:
			return set_linger(sock, value, len);
		}
		if (len < (int)sizeof(int))
			return -EINVAL;
		err = set_number(sock, opt, *(const int *)value);
	}
	if (err == -ENOPROTOOPT && sock->ops->setsockopt)
		err = sock->ops->setsockopt(sock, level, opt, value, len);
	return err;
}

asmlinkage long sys_setsockopt(int fd, int level, int opt, const void __user *uvalue, size_t len)
{
	u8 value[OPT_MAX_SIZE] __aligned(8);
	struct socket_ref ref;
	int err;

	if (len > INT_MAX)
		return -EINVAL;
	ref = socket_get(fd);
	if (!ref.sock)
		return ref.err;
	len = min_t(size_t, len, sizeof(value));
	if (copy_from_user(value, uvalue, len))
		err = -EFAULT;
	else
		err = set_option(ref.sock, level, opt, value, (int)len);
	socket_put(ref);
	return err;
}

static int get_number(struct socket *sock, int opt, int *n)
{
	u32 bit = kept_bit(opt);

	switch (opt) {
	case SO_TYPE_ABI:
		*n = sock->type;
		return 0;
	case SO_DOMAIN_ABI:
		*n = sock->family;
		return 0;
	case SO_PROTOCOL_ABI:
		*n = sock->protocol;
		return 0;
	case SO_ERROR_ABI:
		*n = -socket_take_error(sock);
		return 0;
	case SO_SNDBUF_ABI:
		*n = sock->sndbuf;
		return 0;
	case SO_RCVBUF_ABI:
		*n = sock->rcvbuf;
		return 0;
	case SO_RCVLOWAT_ABI:
		*n = sock->rcvlowat;
		return 0;
	case SO_SNDLOWAT_ABI:
		*n = 1;
		return 0;
	case SO_PASSCRED_ABI:
		bit = SOCKET_PASSCRED;
		break;
	case SO_ACCEPTCONN_ABI:
		bit = SOCKET_ACCEPTS;
		break;
	}
	if (!bit)
		return -ENOPROTOOPT;
	*n = !!(sock->options & bit);
	return 0;
}

/* value has room for OPT_MAX_SIZE; *len is what the caller asked for, then what there is. */
static int get_option(struct socket *sock, int level, int opt, void *value, int *len)
{
	int err = -ENOPROTOOPT, full = sizeof(int);

	if (level == SOL_SOCKET_ABI) {
		err = 0;
		switch (opt) {
		case SO_RCVTIMEO_OLD:
		case SO_RCVTIMEO_NEW:
			full = timeout_format(sock->rcvtimeo, value, opt == SO_RCVTIMEO_NEW);
			break;
		case SO_SNDTIMEO_OLD:
		case SO_SNDTIMEO_NEW:
			full = timeout_format(sock->sndtimeo, value, opt == SO_SNDTIMEO_NEW);
			break;
		case SO_LINGER_ABI:
			((int *)value)[0] = sock->linger != 0;
			((int *)value)[1] = sock->linger ? sock->linger - 1 : 0;
			full = 8;
			break;
		case SO_PEERNAME_ABI:
			full = sock->ops->getname(sock, value, true);
			if (full < 0)
				return -ENOTCONN;
			return full < *len ? -EINVAL : 0;
		default:
			err = get_number(sock, opt, value);
		}
		if (!err)
			*len = min(*len, full);
	}
	if (err == -ENOPROTOOPT && sock->ops->getsockopt)
		err = sock->ops->getsockopt(sock, level, opt, value, len);
	return err;
}

asmlinkage long sys_getsockopt(int fd, int level, int opt, void __user *uvalue, void __user *ulen)
{
	u8 value[OPT_MAX_SIZE] __aligned(8) = { 0 };
	s32 __user *lenp = ulen;
	struct socket_ref ref = socket_get(fd);
	int len, err = -EFAULT;

	if (!ref.sock)
		return ref.err;
	if (!get_user(len, lenp)) {
		len = min(len, OPT_MAX_SIZE);
		err = len < 0 ? -EINVAL : get_option(ref.sock, level, opt, value, &len);
		if (!err && (copy_to_user(uvalue, value, (size_t)len) || put_user(len, lenp)))
			err = -EFAULT;
	}
	socket_put(ref);
	return err;
}
