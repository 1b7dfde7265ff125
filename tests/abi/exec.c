/* execve: programs, scripts, errors, what is kept and what is reset. */
#include "abitest.h"
#include <pthread.h>
#include <sys/resource.h>

/* Runs a program with its output caught; returns its status word. */
static int run_caught(const char *path, char *const argv[], char *const envp[], char *out,
		      size_t size)
{
	int fds[2], st;
	size_t got = 0;
	ssize_t n;
	pid_t pid;

	OK(pipe2(fds, O_CLOEXEC));
	pid = t_fork();
	if (!pid) {
		dup2(fds[1], 1);
		execve(path, argv, envp);
		_exit(200 + (errno & 31));
	}
	close(fds[1]);
	while (got < size - 1 && (n = read(fds[0], out + got, size - 1 - got)) > 0)
		got += n;
	out[got] = 0;
	close(fds[0]);
	st = t_wait(pid);
	return st;
}

#define ARGV(...) ((char *const[]){ __VA_ARGS__, NULL })

static int helper_code(const char *name, const char *arg)
{
	pid_t pid = t_fork();

	if (!pid) {
		execl(t_self, "abitest", name, arg, NULL);
		_exit(99);
	}
	return WEXITSTATUS(t_wait(pid));
}

static void make_file(const char *path, const void *data, size_t size, mode_t mode)
{
	int fd = OK(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));

	CHECK_EQ(write(fd, data, size), size);
	OK(fchmod(fd, mode));
	close(fd);
}

static void make_script(const char *path, const char *text)
{
	make_file(path, text, strlen(text), 0755);
}

static void copy_self(const char *path, mode_t mode)
{
	static char buf[65536];
	int in = OK(open(t_self, O_RDONLY)), out;
	ssize_t n;

	out = OK(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
	while ((n = read(in, buf, sizeof(buf))) > 0)
		CHECK_EQ(write(out, buf, n), n);
	OK(fchmod(out, mode));
	close(in);
	close(out);
}

TEST(exec, args_and_environment)
{
	char out[512];

	CHECK_EQ(run_caught(t_self, ARGV("zero", "helper:args", "", "a b", "\xff"),
			    ARGV("A=1", "B", "=C"), out, sizeof(out)),
		 0);
	CHECK_STR(out, "5\nzero\nhelper:args\n\na b\n\xff\nA=1\nB\n=C\n");
}

TEST(exec, exit_code_comes_back)
{
	CHECK_EQ(helper_code("helper:exit", "37"), 37);
}

TEST(exec, pid_unchanged)
{
	pid_t pid = t_fork();

	if (!pid) {
		execl(t_self, "abitest", "helper:exit", "9", NULL);
		_exit(1);
	}
	CHECK_EQ(t_wait(pid), 9 << 8);
}

TEST(exec, close_on_exec)
{
	int keep = OK(fcntl(0, F_DUPFD, 30)), drop = OK(fcntl(0, F_DUPFD_CLOEXEC, 40));
	char num[16];

	CHECK_EQ(fcntl(drop, F_GETFD), FD_CLOEXEC);
	snprintf(num, sizeof(num), "%d", keep);
	CHECK_EQ(helper_code("helper:fd_open", num), 1);
	snprintf(num, sizeof(num), "%d", drop);
	CHECK_EQ(helper_code("helper:fd_open", num), 0);
}

TEST(exec, signals_reset)
{
	t_count_signal(SIGUSR1, 0);
	signal(SIGUSR2, SIG_IGN);
	t_block(SIGHUP);
	raise(SIGHUP);
	CHECK_EQ(helper_code("helper:signal_state", "10"), 2);	  /* handler becomes default */
	CHECK_EQ(helper_code("helper:signal_state", "12"), 1);	  /* ignored stays ignored */
	CHECK_EQ(helper_code("helper:signal_state", "1"), 2 | 4); /* mask kept */
}

TEST(exec, pending_kept)
{
	pid_t pid = t_fork();

	if (!pid) {
		t_block(SIGHUP);
		raise(SIGHUP);
		execl(t_self, "abitest", "helper:signal_state", "1", NULL);
	}
	CHECK_EQ(WEXITSTATUS(t_wait(pid)), 2 | 4 | 8);
}

TEST(exec, alarm_kept)
{
	pid_t pid = t_fork();

	if (!pid) {
		alarm(50);
		execl(t_self, "abitest", "helper:alarm_left", NULL);
	}
	int left = WEXITSTATUS(t_wait(pid));

	CHECK(left >= 45 && left <= 50);
}

TEST(exec, comm_is_base_name)
{
	char out[64];

	OK(symlink(t_self, "some-program-name-x"));
	CHECK_EQ(run_caught("./some-program-name-x", ARGV("zero", "helper:name"), ARGV("A=1"), out,
			    sizeof(out)),
		 0);
	CHECK_STR(out, "some-program-na\n");
}

TEST(exec, path_errors)
{
	char *const av[] = { "x", NULL };

	CHECK_ERR(execve("absent", av, NULL), ENOENT);
	CHECK_ERR(execve("", av, NULL), ENOENT);
	CHECK_ERR(execve(".", av, NULL), EACCES);
	t_write_file("plain", "text");
	CHECK_ERR(execve("plain/x", av, NULL), ENOTDIR);
	CHECK_ERR(execve("plain", av, NULL), EACCES); /* not executable, even for root */
	CHECK_ERR(execve(BAD_PTR, av, NULL), EFAULT);
	CHECK_ERR(execve(t_self, (char **)BAD_PTR, NULL), EFAULT);
	CHECK_ERR(execve(t_self, ARGV(BAD_PTR), NULL), EFAULT);
	CHECK_ERR(execve(t_self, av, (char **)BAD_PTR), EFAULT);
}

TEST(exec, symlink_loop)
{
	OK(symlink("b", "a"));
	OK(symlink("a", "b"));
	CHECK_ERR(execve("a", ARGV("x"), NULL), ELOOP);
}

TEST(exec, enoexec)
{
	static const char junk[64] = "junk";
	char elf[256] = "\177ELF\1\1\1";

	make_file("junk", junk, sizeof(junk), 0755);
	CHECK_ERR(execve("./junk", ARGV("x"), NULL), ENOEXEC);
	make_file("empty", "", 0, 0755);
	CHECK_ERR(execve("./empty", ARGV("x"), NULL), ENOEXEC);
	make_file("elf", elf, sizeof(elf), 0755);
	CHECK_ERR(execve("./elf", ARGV("x"), NULL), ENOEXEC);
	make_file("short", "\177ELF", 4, 0755);
	CHECK_ERR(execve("./short", ARGV("x"), NULL), ENOEXEC);
}

TEST(exec, text_busy)
{
	int fd;

	copy_self("prog", 0755);
	fd = OK(open("prog", O_WRONLY));
	CHECK_ERR(execve("./prog", ARGV("x", "helper:exit", "3"), NULL), ETXTBSY);
	close(fd);
}

TEST(exec, running_program_is_not_writable)
{
	int fds[2];
	char c;
	pid_t pid;

	copy_self("prog", 0755);
	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		dup2(fds[1], 1);
		execl("./prog", "x", "helper:say_and_wait", NULL);
		_exit(99);
	}
	CHECK_EQ(read(fds[0], &c, 1), 1);
	CHECK_ERR(open("prog", O_WRONLY), ETXTBSY);
	CHECK_ERR(open("prog", O_RDWR | O_TRUNC), ETXTBSY);
	CHECK_OK(open("prog", O_RDONLY));
	CHECK_OK(unlink("prog"));
	kill(pid, SIGKILL);
	CHECK_EQ(t_wait(pid), SIGKILL);
}

TEST(exec, script)
{
	char out[512], line[256], want[512];

	snprintf(line, sizeof(line), "#! %s helper:args\nignored\n", t_self);
	make_script("s", line);
	CHECK_EQ(run_caught("./s", ARGV("zero", "one", "two"), ARGV("E=1"), out, sizeof(out)), 0);
	snprintf(want, sizeof(want), "5\n%s\nhelper:args\n./s\none\ntwo\nE=1\n", t_self);
	CHECK_STR(out, want);
}

TEST(exec, script_argument_is_one_word)
{
	char out[512], line[256];

	snprintf(line, sizeof(line), "#!%s helper:args b  c \t\n", t_self);
	make_script("s", line);
	CHECK_EQ(WEXITSTATUS(run_caught("./s", ARGV("z"), ARGV("E=1"), out, sizeof(out))), 93);
}

TEST(exec, script_without_newline)
{
	char out[512], line[256];

	snprintf(line, sizeof(line), "#!%s helper:args", t_self);
	make_script("s", line);
	CHECK_EQ(run_caught("./s", ARGV("z"), ARGV("E=1"), out, sizeof(out)), 0);
	CHECK(strstr(out, "3\n") == out);
}

TEST(exec, script_of_script)
{
	char out[512], line[256];

	snprintf(line, sizeof(line), "#!%s helper:args\n", t_self);
	make_script("s1", line);
	make_script("s2", "#!./s1 opt\n");
	CHECK_EQ(run_caught("./s2", ARGV("z", "last"), ARGV("E=1"), out, sizeof(out)), 0);
	CHECK(strstr(out, "helper:args\n./s1\nopt\n./s2\nlast\n") != NULL);
}

TEST(exec, script_errors)
{
	make_script("missing", "#!/no/such/interpreter\n");
	CHECK_ERR(execve("./missing", ARGV("z"), NULL), ENOENT);
	make_script("self", "#!./self\n");
	CHECK_ERR(execve("./self", ARGV("z"), NULL), ELOOP);
	make_script("nothing", "#!\n");
	CHECK_ERR(execve("./nothing", ARGV("z"), NULL), ENOEXEC);
	make_script("blank", "#!   \n");
	CHECK_ERR(execve("./blank", ARGV("z"), NULL), ENOEXEC);
}

TEST(exec, argument_too_long)
{
	char *big = malloc(200 * 1024);

	memset(big, 'x', 200 * 1024);
	big[200 * 1024 - 1] = 0;
	CHECK_ERR(execve(t_self, ARGV("x", big), NULL), E2BIG); /* one string is at most 128 KB */
	big[128 * 1024] = 0;
	CHECK_ERR(execve(t_self, ARGV("x", big), NULL), E2BIG);
}

TEST(exec, arguments_of_1_mb)
{
	static char *av[20];
	char out[64];
	char *big = malloc(100 * 1024);

	memset(big, 'x', 100 * 1024 - 1);
	big[100 * 1024 - 1] = 0;
	av[0] = "zero";
	av[1] = "helper:argsize";
	for (int i = 2; i < 12; i++)
		av[i] = big;
	CHECK_EQ(run_caught(t_self, av, ARGV("A=1"), out, sizeof(out)), 0);
	CHECK_STR(out, "1024000\n");
}

TEST(exec, arguments_past_quarter_of_stack)
{
	struct rlimit rl = { 1 << 20, RLIM_INFINITY };
	static char *av[20];
	char *big = malloc(100 * 1024);
	pid_t pid;

	memset(big, 'x', 100 * 1024 - 1);
	big[100 * 1024 - 1] = 0;
	av[0] = "zero";
	av[1] = "helper:argsize";
	for (int i = 2; i < 12; i++)
		av[i] = big;
	pid = t_fork();
	if (!pid) {
		setrlimit(RLIMIT_STACK, &rl);
		CHECK_ERR(execve(t_self, av, ARGV("A=1")), E2BIG);
		t_exit();
	}
	t_wait_ok(pid);
}

TEST(exec, no_arguments)
{
	pid_t pid = t_fork();

	if (!pid) {
		/* Linux gives the program one empty argument; ours must at least not crash. */
		execve(t_self, ARGV(NULL), ARGV("ABITEST_NOT_INIT=1"));
		_exit(3);
	}
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(exec, execveat)
{
	int dir, fd;
	pid_t pid;

	copy_self("prog", 0755);
	dir = OK(open(".", O_RDONLY | O_DIRECTORY));
	pid = t_fork();
	if (!pid) {
		syscall(SYS_execveat, dir, "prog", ARGV("x", "helper:exit", "21"), ARGV("A=1"), 0);
		_exit(99);
	}
	CHECK_EQ(WEXITSTATUS(t_wait(pid)), 21);
	fd = OK(open("prog", O_PATH));
	pid = t_fork();
	if (!pid) {
		syscall(SYS_execveat, fd, "", ARGV("x", "helper:exit", "22"), ARGV("A=1"),
			AT_EMPTY_PATH);
		_exit(99);
	}
	CHECK_EQ(WEXITSTATUS(t_wait(pid)), 22);
	OK(symlink("prog", "link"));
	CHECK_ERR(syscall(SYS_execveat, dir, "link", ARGV("x"), NULL, AT_SYMLINK_NOFOLLOW), ELOOP);
}

static void *exec_from_thread(void *arg)
{
	execl(t_self, "abitest", "helper:threads", "33", NULL);
	return NULL;
}

static void *sleep_thread(void *arg)
{
	pause();
	return NULL;
}

/* The thread becomes the process: same pid, the others are gone. */
TEST(exec, from_a_thread)
{
	pid_t pid = t_fork();

	if (!pid) {
		pthread_t a, b;

		pthread_create(&a, NULL, sleep_thread, NULL);
		pthread_create(&b, NULL, exec_from_thread, NULL);
		pause();
		_exit(99);
	}
	CHECK_EQ(WEXITSTATUS(t_wait(pid)), 33);
}

TEST_FLAGS(exec, setuid_program, TEST_ROOT)
{
	char out[128];
	pid_t pid;

	copy_self("prog", 0755);
	OK(chown("prog", 1234, 2345));
	OK(chmod("prog", 06755));
	pid = t_fork();
	if (!pid) {
		OK(setresgid(500, 500, 500));
		OK(setresuid(500, 500, 500));
		CHECK_EQ(run_caught("./prog", ARGV("x", "helper:ids"), ARGV("A=1"), out,
				    sizeof(out)),
			 0);
		CHECK_STR(out, "500 1234 1234 500 2345 2345 1\n");
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(run_caught(t_self, ARGV("x", "helper:ids"), ARGV("A=1"), out, sizeof(out)), 0);
	CHECK_STR(out, "0 0 0 0 0 0 0\n");
}

TEST_FLAGS(exec, unreadable_but_executable, TEST_ROOT)
{
	pid_t pid;

	copy_self("prog", 0711);
	pid = t_fork();
	if (!pid) {
		OK(setresuid(500, 500, 500));
		CHECK_ERR(open("prog", O_RDONLY), EACCES);
		execl("./prog", "x", "helper:exit", "14", NULL);
		_exit(99);
	}
	CHECK_EQ(WEXITSTATUS(t_wait(pid)), 14);
}

TEST(exec, dynamic_program)
{
	char out[512];

	if (access("/lib/ld-musl-i386.so.1", X_OK) || access("/bin/abidyn", X_OK))
		t_skip("no dynamic test program");
	CHECK_EQ(run_caught("/bin/abidyn", ARGV("dyn", "x"), ARGV("A=1"), out, sizeof(out)), 0);
	CHECK_STR(out, "dynamic dyn x: base ok, entry ok, phdr ok\n");
}

TEST(exec, shared_descriptor_table_is_unshared)
{
	pid_t pid = vfork();

	if (!pid) {
		execl(t_self, "abitest", "helper:exit", "0", NULL);
		_exit(99);
	}
	t_wait_ok(pid);
	CHECK_OK(fcntl(0, F_GETFD));
}
