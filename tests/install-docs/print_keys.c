/* print_keys markdown|mdoc: the answer file's keys as documentation has them. */
#include <installer/ui/answer_keys.h>
#include <string.h>

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "mdoc"))
		answer_keys_mdoc(stdout);
	else
		answer_keys_markdown(stdout);
	return 0;
}
