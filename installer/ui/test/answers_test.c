/* The answer file's parser: what it takes, and what each kind of mistake is told as. */
// LINK: installer/ui/answers.c installer/ui/answer_keys.c common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/ui/answer_keys.h>
#include <installer/ui/answers.h>
#include <stdlib.h>
#include <string.h>

static void good(struct answers *a, const char *text)
{
	char *complaint = answers_parse(a, "a.txt", text, strlen(text));

	if (complaint)
		fail_msg("%s", complaint);
}

static void bad(const char *text, const char *where, const char *what)
{
	struct answers a;
	char *complaint = answers_parse(&a, "a.txt", text, strlen(text));

	assert_non_null(complaint);
	if (strncmp(complaint, where, strlen(where)) || !strstr(complaint, what))
		fail_msg("%s", complaint);
	assert_int_equal(a.n, 0);
	free(complaint);
}

static void pairs_comments_and_blanks(void **state)
{
	struct answers a;

	good(&a, "# first\n\n  hostname=a-b \r\n\t# second\nuser =  ann lee \nswap = 64M");
	assert_int_equal(a.n, 3);
	assert_string_equal(answers_find(&a, "hostname")->value, "a-b");
	assert_string_equal(answers_find(&a, "user")->value, "ann lee");
	assert_int_equal(answers_find(&a, "user")->line, 5);
	assert_string_equal(answers_find(&a, "swap")->value, "64M");
	assert_null(answers_find(&a, "disk"));
	answers_free(&a);
}

static void a_value_may_have_anything(void **state)
{
	struct answers a;

	good(&a, "root_password = a#b=c\nuser_password = \" x \\\"y\\\\ \"\nuser_full_name =\n");
	assert_string_equal(answers_find(&a, "root_password")->value, "a#b=c");
	assert_string_equal(answers_find(&a, "user_password")->value, " x \"y\\ ");
	assert_string_equal(answers_find(&a, "user_full_name")->value, "");
	answers_free(&a);
}

static void a_mark_before_the_text_is_no_part_of_it(void **state)
{
	struct answers a;

	good(&a, "\xef\xbb\xbfuser = ann\r\nswap = none\r\n");
	assert_string_equal(answers_find(&a, "user")->value, "ann");
	assert_int_equal(answers_find(&a, "swap")->line, 2);
	answers_free(&a);
	good(&a, "\xef\xbb\xbf");
	assert_int_equal(a.n, 0);
	answers_free(&a);
	bad("\xef\xbb", "a.txt:1: ", "is no answer");
	bad("user = a\n\xef\xbb\xbfswap = none\n", "a.txt:2: ", "is not known");
}

static void the_end_of_the_text_is_believed(void **state)
{
	struct answers a;

	assert_null(answers_parse(&a, "a.txt", "user = annXXXX", 10));
	assert_string_equal(answers_find(&a, "user")->value, "ann");
	answers_free(&a);
	good(&a, "");
	assert_int_equal(a.n, 0);
	answers_free(&a);
}

static void each_mistake_is_told_with_its_line(void **state)
{
	bad("user = a\nnonsense\n", "a.txt:2: `nonsense` is no answer", "key = value");
	bad("= a\n", "a.txt:1: ", "is no answer");
	bad("usr = a\n", "a.txt:1: the key `usr` is not known", "hostname");
	bad("\nuser = a\nuser = b\n", "a.txt:3: `user` is answered a second time", "line 2");
	bad("user = \"a\n", "a.txt:1: user: the quotes", "\"value\"");
	bad("user = \"a\" b\n", "a.txt:1: user: the quotes", "accepted");
	bad("user = a\001b\n", "a.txt:1: has a control character", "accepted");
}

static void unused_answers_are_found(void **state)
{
	struct answers a;

	good(&a, "user = a\nswap = none\n");
	answers_find(&a, "user");
	assert_string_equal(answers_unused(&a)->key, "swap");
	answers_find(&a, "swap");
	assert_null(answers_unused(&a));
	answers_free(&a);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct answers a;
	char *complaint = answers_load(&a, "/nonexistent/answers.txt");

	assert_non_null(strstr(complaint, "/nonexistent/answers.txt: No such file"));
	free(complaint);
}

static void every_key_is_documented(void **state)
{
	const struct answer_key *k;
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	answer_keys_markdown(f);
	answer_keys_mdoc(f);
	fclose(f);
	for (k = answer_keys; k->name; k++) {
		assert_non_null(k->when);
		assert_non_null(k->accepted);
		assert_non_null(k->meaning);
		assert_non_null(strstr(text, k->name));
		assert_ptr_equal(answer_key_find(k->name), k);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_comments_and_blanks),
		cmocka_unit_test(a_value_may_have_anything),
		cmocka_unit_test(a_mark_before_the_text_is_no_part_of_it),
		cmocka_unit_test(the_end_of_the_text_is_believed),
		cmocka_unit_test(each_mistake_is_told_with_its_line),
		cmocka_unit_test(unused_answers_are_found),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
		cmocka_unit_test(every_key_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
