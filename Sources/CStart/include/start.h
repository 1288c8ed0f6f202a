// How this program was started, as the C library tells it; Swift's own way reads a file below /proc.
#ifndef BNFOLD_START_H
#define BNFOLD_START_H

int bnfold_argument_count(void);
const char *bnfold_argument(int index);
// The name by which the system found the program's file.
const char *bnfold_program_file(void);

#endif
