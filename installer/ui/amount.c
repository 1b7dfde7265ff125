#include <installer/ui/amount.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char units[] = "KMGT";

const char *amount_text(char out[AMOUNT_TEXT], uint64_t bytes)
{
	uint64_t unit = 1000;
	unsigned int i = 0, tenths;

	if (bytes < 1000) {
		snprintf(out, AMOUNT_TEXT, "%u bytes", (unsigned int)bytes);
		return out;
	}
	while (units[i + 1] && bytes / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	tenths = (unsigned int)(bytes % unit * 10 / unit);
	if (bytes / unit >= 100 || !tenths)
		snprintf(out, AMOUNT_TEXT, "%llu %cB", (unsigned long long)(bytes / unit),
			 units[i]);
	else
		snprintf(out, AMOUNT_TEXT, "%llu.%u %cB", (unsigned long long)(bytes / unit),
			 tenths, units[i]);
	return out;
}

/* What stands behind the number: nothing, a unit, a unit with B or iB. 0: none of these. */
static uint64_t unit_of(const char *p)
{
	uint64_t step = 1000, unit = 1;
	const char *found;
	long power;

	while (*p == ' ')
		p++;
	if (!*p)
		return 1000 * 1000;
	found = strchr(units, toupper((unsigned char)*p));
	if (!found)
		return 0;
	p++;
	if (*p == 'i') {
		step = 1024;
		p++;
		if (*p != 'B')
			return 0;
	}
	if (*p == 'b' || *p == 'B')
		p++;
	for (power = found - units; power >= 0; power--)
		unit *= step;
	return *p ? 0 : unit;
}

bool amount_parse(const char *text, uint64_t *bytes)
{
	uint64_t whole = 0, tenths = 0, unit;
	const char *p = text;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++) {
		whole = whole * 10 + (uint64_t)(*p - '0');
		if (whole > UINT64_C(1) << 53)
			return false;
	}
	if (*p == '.') {
		if (!isdigit((unsigned char)p[1]) || isdigit((unsigned char)p[2]))
			return false;
		tenths = (uint64_t)(p[1] - '0');
		p += 2;
	}
	unit = unit_of(p);
	if (!unit || whole >= (UINT64_C(1) << 63) / unit - 1)
		return false;
	*bytes = whole * unit + unit * tenths / 10;
	return true;
}

unsigned int amount_percent(uint64_t done, uint64_t total)
{
	if (!total || done >= total)
		return 100;
	while (total > UINT64_MAX / 100) {
		total >>= 1;
		done >>= 1;
	}
	return (unsigned int)(done * 100 / total);
}
