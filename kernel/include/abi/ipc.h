/* ipc.h - System V IPC of the Linux i386 ABI (linux/ipc.h, shm.h, sem.h, msg.h; the IPC_64 forms).
 */
#ifndef ABI_IPC_H
#define ABI_IPC_H

#include <kernel/types.h>

#define IPC_PRIVATE 0
#define IPC_CREAT   01000u
#define IPC_EXCL    02000u
#define IPC_NOWAIT  04000u
#define IPC_RMID    0
#define IPC_SET	    1
#define IPC_STAT    2
#define IPC_INFO    3
#define IPC_64	    0x100

#define SHM_RDONLY   010000u
#define SHM_RND	     020000u
#define SHM_REMAP    040000u
#define SHM_EXEC     0100000u
#define SHM_DEST     01000u
#define SHM_LOCKED   02000u
#define SHM_LOCK     11
#define SHM_UNLOCK   12
#define SHM_STAT     13
#define SHM_INFO     14
#define SHM_STAT_ANY 15

#define SEM_UNDO     0x1000
#define GETPID	     11
#define GETVAL	     12
#define GETALL	     13
#define GETNCNT	     14
#define GETZCNT	     15
#define SETVAL	     16
#define SETALL	     17
#define SEM_STAT     18
#define SEM_INFO     19
#define SEM_STAT_ANY 20

#define MSG_STAT     11
#define MSG_INFO     12
#define MSG_STAT_ANY 13
#define MSG_NOERROR  010000u
#define MSG_EXCEPT   020000u
#define MSG_COPY     040000u

struct ipc64_perm_abi {
	s32 key;
	u32 uid, gid, cuid, cgid;
	u16 mode, pad1, seq, pad2;
	u32 unused1, unused2;
};
_Static_assert(sizeof(struct ipc64_perm_abi) == 36, "struct ipc64_perm");

struct shmid64_ds_abi {
	struct ipc64_perm_abi perm;
	u32 segsz;
	u32 atime, atime_high, dtime, dtime_high, ctime, ctime_high;
	s32 cpid, lpid;
	u32 nattch, unused4, unused5;
};
_Static_assert(sizeof(struct shmid64_ds_abi) == 84, "struct shmid64_ds");
struct shminfo64_abi {
	u32 shmmax, shmmin, shmmni, shmseg, shmall, unused[4];
};
struct shm_info_abi {
	s32 used_ids;
	u32 tot, rss, swp, swap_attempts, swap_successes;
};

struct semid64_ds_abi {
	struct ipc64_perm_abi perm;
	u32 otime, otime_high, ctime, ctime_high;
	u32 nsems, unused3, unused4;
};
_Static_assert(sizeof(struct semid64_ds_abi) == 64, "struct semid64_ds");
struct seminfo_abi {
	s32 semmap, semmni, semmns, semmnu, semmsl, semopm, semume, semusz, semvmx, semaem;
};
struct sembuf_abi {
	u16 num;
	s16 op, flags;
};
_Static_assert(sizeof(struct sembuf_abi) == 6, "struct sembuf");

struct msqid64_ds_abi {
	struct ipc64_perm_abi perm;
	u32 stime, stime_high, rtime, rtime_high, ctime, ctime_high;
	u32 cbytes, qnum, qbytes;
	s32 lspid, lrpid;
	u32 unused4, unused5;
};
_Static_assert(sizeof(struct msqid64_ds_abi) == 88, "struct msqid64_ds");
struct msginfo_abi {
	s32 msgpool, msgmap, msgmax, msgmnb, msgmni, msgssz, msgtql;
	u16 msgseg;
};

#endif
