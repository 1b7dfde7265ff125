/* rule_case.h - a rule over facts that a test puts together: its verdict, its reasons, its lines.
 */
#ifndef HWTEST_RULES_TEST_RULE_CASE_H
#define HWTEST_RULES_TEST_RULE_CASE_H

#include <host/host.h>
#include "../rules.h"

extern struct facts facts;
/* Of the last call, a line each. */
extern char reasons[16384], lines[65536];

int rule_setup(void **state);
int rule_teardown(void **state);
/* Forgets the facts. */
void rule_start_again(void);
enum verdict judge_by(const struct rule *rule);
void describe_by(const struct rule *rule);
/* The verdict, and that this is among the reasons (NULL: that there are none). */
void expect_verdict(const struct rule *rule, enum verdict v, const char *reason);
void expect_line(const struct rule *rule, const char *part);

#define RULE_TEST(name) cmocka_unit_test_setup_teardown(name, rule_setup, rule_teardown)

#endif
