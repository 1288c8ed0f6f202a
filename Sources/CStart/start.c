#include "start.h"

#include <stdlib.h>
#include <sys/auxv.h>

static int argument_count;
static char **argument_values;

// glibc gives the arguments to every function that runs before main. Swift's runtime starts with the priority of those that name none,
// and looks for its crash reporter, which a static program does not have: without /proc it would end the process.
__attribute__((constructor(101))) static void remember(int count, char **values) {
  argument_count = count;
  argument_values = values;
  setenv("SWIFT_BACKTRACE", "enable=no,swift-backtrace=/nonexistent", 0);
}

int bnfold_argument_count(void) { return argument_count; }

const char *bnfold_argument(int index) { return argument_values[index]; }

const char *bnfold_program_file(void) { return (const char *)getauxval(AT_EXECFN); }
