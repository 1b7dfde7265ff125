/* agree.c - do the repetitions of a measurement agree? */
#include "rules.h"
#include <stdio.h>

enum agreement rule_agree(const struct facts *facts, const char *probe, const char *subject,
			  const char *key)
{
	int64_t count = facts_get_number(facts, probe, subject, key, -1), agreeing;
	char name[64];

	if (count < 0)
		return AGREE_ALL;
	(void)snprintf(name, sizeof(name), "%s-agreeing", key);
	agreeing = facts_get_number(facts, probe, subject, name, 0);
	if (agreeing < 1 || (agreeing == 1 && count > 1))
		return AGREE_NONE;
	if (agreeing >= count)
		return AGREE_ALL;
	return agreeing > count / 2 ? AGREE_MOST : AGREE_FEW;
}
