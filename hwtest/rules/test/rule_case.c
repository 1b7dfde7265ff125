/* See rule_case.h. */
#include "rule_case.h"
#include <string.h>

struct facts facts;
char reasons[16384], lines[65536];

int rule_setup(void **state)
{
	facts_init(&facts);
	return 0;
}

int rule_teardown(void **state)
{
	facts_free(&facts);
	return 0;
}

void rule_start_again(void)
{
	facts_free(&facts);
	facts_init(&facts);
}

static void add(char *to, size_t size, const char *line)
{
	size_t used = strlen(to);

	assert_true(used + strlen(line) + 2 < size);
	strcat(strcat(to, line), "\n");
}

static void put(void *ctx, const char *line)
{
	add(lines, sizeof(lines), line);
}

enum verdict judge_by(const struct rule *rule)
{
	struct judgement j = { .verdict = VERDICT_WORKS };
	enum verdict v;

	reasons[0] = '\0';
	rule->judge(&facts, &j);
	for (size_t i = 0; i < j.count; i++)
		add(reasons, sizeof(reasons), j.why[i]);
	v = j.verdict;
	judgement_free(&j);
	return v;
}

void describe_by(const struct rule *rule)
{
	lines[0] = '\0';
	rule->describe(&facts, put, NULL);
}

void expect_verdict(const struct rule *rule, enum verdict v, const char *reason)
{
	enum verdict found = judge_by(rule);

	if (found != v)
		fail_msg("%s instead of %s:\n%s", verdict_name(found), verdict_name(v), reasons);
	if (!reason)
		assert_string_equal(reasons, "");
	else if (!strstr(reasons, reason))
		fail_msg("\"%s\" is not among:\n%s", reason, reasons);
}

void expect_line(const struct rule *rule, const char *part)
{
	describe_by(rule);
	if (!strstr(lines, part))
		fail_msg("\"%s\" is not among:\n%s", part, lines);
}
