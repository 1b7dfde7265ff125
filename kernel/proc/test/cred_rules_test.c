// LINK: kernel/proc/cred_rules.c kernel/proc/rlimit_rules.c
/* Who may take which ids, what happens to capabilities; what limits may become. */
#include <host/host.h>
#include <kernel/errno.h>
#include "../cred_rules.h"
#include "../rlimit.h"

#define BIT64(n) (1ull << (n))

static struct cred root_cred(void)
{
	return (struct cred){ .cap_effective = CAP_FULL_SET,
			      .cap_permitted = CAP_FULL_SET,
			      .cap_bounding = CAP_FULL_SET };
}

static struct cred user_cred(uid_t uid)
{
	return (struct cred){
		.uid = uid, .euid = uid, .suid = uid, .fsuid = uid, .cap_bounding = CAP_FULL_SET
	};
}

static void setuid_with_and_without_rights(void **state)
{
	struct id_set ids = { 1, 2, 3, 2 };

	assert_int_equal(ids_set(&ids, 9, false), -EPERM);
	assert_int_equal(ids_set(&ids, 3, false), 0);
	assert_int_equal(ids.eff, 3);
	assert_int_equal(ids.real, 1);
	assert_int_equal(ids.fs, 3);
	assert_int_equal(ids_set(&ids, 9, true), 0);
	assert_true(ids.real == 9 && ids.eff == 9 && ids.saved == 9 && ids.fs == 9);
}

static void setreuid_saves_the_effective_id(void **state)
{
	struct id_set ids = { 1, 2, 3, 2 };

	assert_int_equal(ids_set_re(&ids, 2, 1, false), 0); /* swap */
	assert_true(ids.real == 2 && ids.eff == 1 && ids.saved == 1);
	assert_int_equal(ids_set_re(&ids, 5, ID_UNCHANGED, false), -EPERM);
	ids = (struct id_set){ 1, 1, 3, 1 };
	/* To the saved id is allowed for the effective one only. */
	assert_int_equal(ids_set_re(&ids, 3, ID_UNCHANGED, false), -EPERM);
	assert_int_equal(ids_set_re(&ids, ID_UNCHANGED, 3, false), 0);
	assert_true(ids.real == 1 && ids.eff == 3 && ids.saved == 3);
	assert_int_equal(ids_set_re(&ids, ID_UNCHANGED, 1, false), 0);
	/* Going back to the real id leaves the saved one. */
	assert_int_equal(ids.saved, 3);
}

static void setresuid_permutes(void **state)
{
	struct id_set ids = { 1, 2, 3, 2 };

	assert_int_equal(ids_set_res(&ids, 3, 1, 2, false), 0);
	assert_true(ids.real == 3 && ids.eff == 1 && ids.saved == 2 && ids.fs == 1);
	assert_int_equal(ids_set_res(&ids, 3, 1, 7, false), -EPERM);
	assert_true(ids.saved == 2);
	assert_int_equal(ids_set_res(&ids, 7, ID_UNCHANGED, ID_UNCHANGED, true), 0);
	assert_true(ids.real == 7 && ids.eff == 1);
	assert_int_equal(ids_set_fs(&ids, 99, false), -EPERM);
	assert_int_equal(ids_set_fs(&ids, 7, false), 0);
}

static void leaving_root_drops_all(void **state)
{
	struct cred old = root_cred(), new = old;

	new.uid = new.euid = new.suid = new.fsuid = 1000;
	caps_after_setuid(&new, &old);
	assert_true(!new.cap_permitted && !new.cap_effective);
	new = old;
	new.uid = new.euid = new.suid = 1000;
	old.securebits = SECBIT_KEEP_CAPS;
	caps_after_setuid(&new, &old);
	assert_true(new.cap_permitted == CAP_FULL_SET && !new.cap_effective);
}

static void euid_alone_switches_the_effective_set(void **state)
{
	struct cred old = root_cred(), new = old, back;

	new.euid = 1000;
	caps_after_setuid(&new, &old);
	assert_true(new.cap_permitted == CAP_FULL_SET && !new.cap_effective);
	back = new;
	back.euid = 0;
	caps_after_setuid(&back, &new);
	assert_true(back.cap_effective == CAP_FULL_SET);
}

static void fsuid_switches_the_file_capabilities(void **state)
{
	struct cred old = root_cred(), new = old, back;

	new.fsuid = 1000;
	caps_after_setfsuid(&new, &old);
	assert_false(new.cap_effective &BIT64(CAP_DAC_OVERRIDE));
	assert_true(new.cap_effective &BIT64(CAP_SYS_ADMIN));
	back = new;
	back.fsuid = 0;
	caps_after_setfsuid(&back, &new);
	assert_true(back.cap_effective == CAP_FULL_SET);
}

static void exec_transitions(void **state)
{
	struct cred old = root_cred(), new = old;

	assert_false(caps_after_exec(&new, &old));
	assert_true(new.cap_effective == CAP_FULL_SET);
	/* set-user-id root */
	old = user_cred(1000);
	new = old;
	new.euid = 0;
	assert_true(caps_after_exec(&new, &old));
	assert_true(new.cap_permitted == CAP_FULL_SET &&new.cap_effective == CAP_FULL_SET);
	/* a plain program of a plain user */
	new = old = user_cred(1000);
	old.cap_permitted = new.cap_permitted = BIT64(CAP_KILL);
	assert_false(caps_after_exec(&new, &old));
	assert_true(!new.cap_permitted && !new.cap_effective);
	/* ambient ones stay, unless ids change */
	new = old = user_cred(1000);
	old.cap_ambient = new.cap_ambient = BIT64(CAP_KILL);
	assert_false(caps_after_exec(&new, &old));
	assert_true(new.cap_effective == BIT64(CAP_KILL));
	new = old;
	new.egid = 5;
	assert_true(caps_after_exec(&new, &old));
	assert_true(!new.cap_effective);
	/* the bounding set bounds root, too */
	old = root_cred();
	old.cap_bounding = BIT64(CAP_CHOWN);
	new = old;
	caps_after_exec(&new, &old);
	assert_true(new.cap_permitted == BIT64(CAP_CHOWN));
}

static void capset_only_takes_away(void **state)
{
	struct cred old = user_cred(1), new;
	u64 kill = BIT64(CAP_KILL), chown = BIT64(CAP_CHOWN);

	old.cap_permitted = kill;
	new = old;
	assert_int_equal(caps_set(&new, &old, kill, kill, kill, false), 0);
	assert_true(new.cap_effective == kill &&new.cap_inheritable == kill);
	assert_int_equal(caps_set(&new, &old, chown, kill, 0, false), -EPERM);
	assert_int_equal(caps_set(&new, &old, 0, kill | chown, 0, false), -EPERM);
	assert_int_equal(caps_set(&new, &old, 0, kill, chown, false), -EPERM);
	assert_int_equal(caps_set(&new, &old, 0, kill, chown, true), 0);
	old.cap_bounding = 0;
	assert_int_equal(caps_set(&new, &old, 0, kill, chown, true), -EPERM);
}

static void limits(void **state)
{
	struct rlimit_k old = { 10, 20 }, new = { 20, 20 };

	assert_int_equal(rlimit_check(RLIMIT_NPROC, &old, &new, false), 0);
	new = (struct rlimit_k){ 21, 20 };
	assert_int_equal(rlimit_check(RLIMIT_NPROC, &old, &new, true), -EINVAL);
	new = (struct rlimit_k){ 5, 21 };
	assert_int_equal(rlimit_check(RLIMIT_NPROC, &old, &new, false), -EPERM);
	assert_int_equal(rlimit_check(RLIMIT_NPROC, &old, &new, true), 0);
	new = (struct rlimit_k){ 5, NOFILE_MAX + 1 };
	assert_int_equal(rlimit_check(RLIMIT_NOFILE, &old, &new, true), -EPERM);
	assert_true(rlimit_widen(RLIM_INFINITY32) == RLIM_INFINITY);
	assert_true(rlimit_widen(7) == 7);
	assert_int_equal(rlimit_narrow(RLIM_INFINITY), RLIM_INFINITY32);
	assert_int_equal(rlimit_narrow(1ull << 32), RLIM_INFINITY32);
	assert_int_equal(rlimit_narrow(1ull << 31), 1u << 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setuid_with_and_without_rights),
		cmocka_unit_test(setreuid_saves_the_effective_id),
		cmocka_unit_test(setresuid_permutes),
		cmocka_unit_test(leaving_root_drops_all),
		cmocka_unit_test(euid_alone_switches_the_effective_set),
		cmocka_unit_test(fsuid_switches_the_file_capabilities),
		cmocka_unit_test(exec_transitions),
		cmocka_unit_test(capset_only_takes_away),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
