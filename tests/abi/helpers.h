/* Programs that tests exec: the same binary, called as `abitest helper:NAME ARGS`. The exit code is
 * the answer. */
#ifndef HELPERS_H
#define HELPERS_H

int helper_main(int argc, char **argv);

#endif
