/* ELF headers: a good one, and each way of being bad. */
// LINK: kernel/proc/elf_image.c
#include <host/host.h>
#include <errno.h>
#include <string.h>
#include "../elf_image.h"

static struct elf32_header header;
static struct elf32_phdr ph[4];
static struct elf_image image;

static void good(void)
{
	static const u8 ident[16] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };

	memset(&header, 0, sizeof(header));
	memcpy(header.ident, ident, sizeof(ident));
	header.type = ET_EXEC;
	header.machine = EM_386;
	header.entry = 0x8048123;
	header.phoff = 52;
	header.phentsize = sizeof(struct elf32_phdr);
	header.phnum = 3;
	memset(ph, 0, sizeof(ph));
	ph[0] = (struct elf32_phdr){ .type = PT_LOAD,
				     .offset = 0,
				     .vaddr = 0x8048000,
				     .filesz = 0x1800,
				     .memsz = 0x1800,
				     .flags = PF_R | PF_X,
				     .align = 0x1000 };
	ph[1] = (struct elf32_phdr){ .type = PT_LOAD,
				     .offset = 0x1800,
				     .vaddr = 0x804a800,
				     .filesz = 0x100,
				     .memsz = 0x2345,
				     .flags = PF_R | PF_W,
				     .align = 0x1000 };
	ph[2] = (struct elf32_phdr){ .type = PT_GNU_STACK, .flags = PF_R | PF_W };
}

static int parse(void)
{
	int err = elf_check_header(&header);

	return err ? err : elf_parse_phdrs(&header, ph, &image);
}

static void accepts_a_program(void **state)
{
	good();
	assert_int_equal(parse(), 0);
	assert_true(image.fixed);
	assert_int_equal(image.low, 0x8048000);
	assert_int_equal(image.high, 0x804d000);
	assert_int_equal(image.brk, 0x804a800 + 0x2345);
	assert_int_equal(image.code_end, 0x8049800);
	assert_int_equal(image.data_start, 0x804a800);
	assert_int_equal(image.phdr_vaddr, 0x8048000 + 52);
	assert_int_equal(image.load_count, 2);
	assert_false(image.exec_stack);
	assert_int_equal(image.interp_size, 0);
}

static void finds_the_interpreter(void **state)
{
	good();
	header.type = ET_DYN;
	ph[2] = (struct elf32_phdr){ .type = PT_INTERP, .offset = 0x134, .filesz = 19 };
	assert_int_equal(parse(), 0);
	assert_false(image.fixed);
	assert_int_equal(image.interp_offset, 0x134);
	assert_int_equal(image.interp_size, 19);
	ph[2].filesz = 1;
	assert_int_equal(parse(), -ENOEXEC);
	ph[2].filesz = 5000;
	assert_int_equal(parse(), -ENOEXEC);
}

static void refuses_other_headers(void **state)
{
	good();
	header.ident[0] = 0;
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.ident[4] = 2; /* 64 bits */
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.machine = 62;
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.type = 1;
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.phnum = 0;
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.phnum = ELF_PHDRS_MAX + 1;
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.phentsize = 56;
	assert_int_equal(parse(), -ENOEXEC);
	good();
	header.phoff = 0xffffffff;
	assert_int_equal(parse(), -EINVAL);
}

static void refuses_bad_segments(void **state)
{
	good();
	ph[1].filesz = ph[1].memsz + 1;
	assert_int_equal(parse(), -EINVAL);
	good();
	ph[1].memsz = 0xffffffff;
	assert_int_equal(parse(), -ENOMEM);
	good();
	ph[1].vaddr = ELF_ADDRESS_LIMIT - 0x800;
	assert_int_equal(parse(), -ENOMEM);
	good();
	ph[1].offset = 0x1801;
	assert_int_equal(parse(), -EINVAL);
	good();
	ph[1].offset = 0x7ffff800;
	ph[1].filesz = 0x1000;
	assert_int_equal(parse(), -EINVAL);
	good();
	ph[0].type = ph[1].type = PT_NOTE;
	assert_int_equal(parse(), -ENOEXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(accepts_a_program),
		host_test(finds_the_interpreter),
		host_test(refuses_other_headers),
		host_test(refuses_bad_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
