// LINK: kernel/x86/fpu_convert.c
/* The two FPU images, checked against the host's own FPU. */
#include <host/host.h>
#include <abi/ptrace.h>
#include <arch/fpu.h>
#include <string.h>
#include "../fpu_image.h"

static struct fxsave_image fx __attribute__((aligned(16)));

static void load_something(void)
{
	__asm__ volatile("fninit; fldz; fld1; fldpi; fxsave %0" : "=m"(fx));
}

static void tags_tell_what_is_in_the_registers(void **state)
{
	struct user_fpregs_abi fn, real;

	load_something();
	__asm__ volatile("fnsave %0; fninit" : "=m"(real));
	fpu_fnsave_from_fxsave(&fn, &fx);
	assert_int_equal(fn.cwd & 0xffff, real.cwd & 0xffff);
	assert_int_equal(fn.swd & 0xffff, real.swd & 0xffff);
	/* Registers 7, 6, 5: zero, valid, valid; the others empty. */
	assert_int_equal(fn.twd & 0xffff, real.twd & 0xffff);
	assert_int_equal(fn.twd & 0xffff, 0x43ff);
	assert_memory_equal(fn.st_space, real.st_space, 30);
}

static void there_and_back(void **state)
{
	struct fxsave_image back;
	struct user_fpregs_abi fn;

	load_something();
	memset(fx.xmm, 0x5a, sizeof(fx.xmm));
	fpu_fnsave_from_fxsave(&fn, &fx);
	back = fx;
	memset(back.st, 0, sizeof(back.st));
	back.ftw = 0;
	fpu_fxsave_from_fnsave(&back, &fn);
	assert_int_equal(back.ftw, fx.ftw);
	assert_int_equal(back.fcw, fx.fcw);
	assert_int_equal(back.fsw, fx.fsw);
	assert_memory_equal(back.xmm, fx.xmm, sizeof(fx.xmm));
	for (int i = 0; i < 8; i++)
		assert_memory_equal(back.st[i], fx.st[i], 10);
}

static void special_numbers(void **state)
{
	struct user_fpregs_abi fn;

	memset(&fx, 0, sizeof(fx));
	fx.ftw = 0x0f;						    /* top 0: st(i) is register i */
	fx.st[1][8] = 0xff, fx.st[1][9] = 0x7f;			    /* infinity */
	fx.st[2][0] = 1;					    /* denormal */
	fx.st[3][8] = 0xff, fx.st[3][9] = 0x3f, fx.st[3][7] = 0x80; /* 1.0 */
	fpu_fnsave_from_fxsave(&fn, &fx);
	assert_int_equal(fn.twd & 0xffff, 0xff00 | 1 | 2 << 2 | 2 << 4 | 0 << 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_tell_what_is_in_the_registers),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(special_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
