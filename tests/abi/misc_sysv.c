/* System V shared memory, semaphores and message queues, by ipc(117). */
#include "abitest.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int absent(long r)
{
	return r < 0 && errno == ENOSYS;
}

TEST(sysv, shared_memory)
{
	int id = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600);
	struct shmid_ds ds;
	volatile int *p;
	pid_t pid;

	if (absent(id))
		t_skip("no System V IPC");
	REQUIRE(id >= 0);
	p = shmat(id, NULL, 0);
	REQUIRE(p != (void *)-1);
	p[0] = 1;
	pid = t_fork();
	if (!pid) {
		p[0] = 2;
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(p[0], 2);
	CHECK_OK(shmctl(id, IPC_STAT, &ds));
	CHECK(ds.shm_segsz == 3 * PAGE && ds.shm_nattch == 1);
	CHECK_OK(shmctl(id, IPC_RMID, NULL));
	CHECK_EQ(p[0], 2); /* lives until detached */
	CHECK_OK(shmdt((void *)p));
	CHECK_ERR(shmdt((void *)p), EINVAL);
	CHECK_ERR((long)shmat(id, NULL, 0), EINVAL);
}

TEST(sysv, shared_memory_keys)
{
	key_t key = 0x0abc0000 + getpid();
	int id = shmget(key, PAGE, IPC_CREAT | IPC_EXCL | 0600);

	if (absent(id))
		t_skip("no System V IPC");
	CHECK(id >= 0);
	CHECK_EQ(shmget(key, PAGE, 0), id);
	CHECK_ERR(shmget(key, PAGE, IPC_CREAT | IPC_EXCL), EEXIST);
	CHECK_ERR(shmget(key, 2 * PAGE, 0), EINVAL);
	CHECK_ERR(shmget(key + 1, PAGE, 0), ENOENT);
	CHECK_OK(shmctl(id, IPC_RMID, NULL));
}

union semun {
	int val;
	void *buf;
	unsigned short *array;
};

TEST(sysv, semaphores)
{
	int id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 }, no = { 0, -1, IPC_NOWAIT };
	unsigned short all[2] = { 9, 9 };
	pid_t pid;

	if (absent(id))
		t_skip("no System V IPC");
	REQUIRE(id >= 0);
	CHECK_OK(semctl(id, 0, SETVAL, (union semun){ .val = 0 }));
	CHECK_ERR(semop(id, &no, 1), EAGAIN);
	pid = t_fork();
	if (!pid) {
		t_msleep(30);
		CHECK_OK(semop(id, &up, 1));
		t_exit();
	}
	CHECK_OK(semop(id, &down, 1));
	t_wait_ok(pid);
	CHECK_OK(semctl(id, 0, GETALL, (union semun){ .array = all }));
	CHECK(all[0] == 0 && all[1] == 0);
	CHECK_OK(semctl(id, 0, IPC_RMID));
	CHECK_ERR(semop(id, &up, 1), EINVAL);
}

TEST(sysv, semaphore_undo)
{
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	struct sembuf undo = { 0, 1, SEM_UNDO };
	pid_t pid;

	if (absent(id))
		t_skip("no System V IPC");
	pid = t_fork();
	if (!pid) {
		CHECK_OK(semop(id, &undo, 1));
		CHECK_EQ(semctl(id, 0, GETVAL), 1);
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(semctl(id, 0, GETVAL), 0);
	CHECK_OK(semctl(id, 0, IPC_RMID));
}

TEST(sysv, messages)
{
	struct {
		long type;
		char text[16];
	} m = { 5, "five" };
	int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);

	if (absent(id))
		t_skip("no System V IPC");
	CHECK_OK(msgsnd(id, &m, 4, 0));
	m.type = 3;
	CHECK_OK(msgsnd(id, &m, 2, 0));
	CHECK_EQ(msgrcv(id, &m, 16, 3, 0), 2);
	CHECK_EQ(m.type, 3);
	CHECK_ERR(msgrcv(id, &m, 2, 0, 0), E2BIG);
	CHECK_EQ(msgrcv(id, &m, 2, 0, MSG_NOERROR), 2);
	CHECK_ERR(msgrcv(id, &m, 16, 0, IPC_NOWAIT), ENOMSG);
	m.type = 0;
	CHECK_ERR(msgsnd(id, &m, 4, 0), EINVAL);
	CHECK_OK(msgctl(id, IPC_RMID, NULL));
	CHECK_ERR(msgrcv(id, &m, 16, 0, IPC_NOWAIT), EINVAL);
}
