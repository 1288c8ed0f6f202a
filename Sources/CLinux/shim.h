// System calls of Linux that the Glibc module hides behind _GNU_SOURCE.
#ifndef BNFOLD_CLINUX_SHIM_H
#define BNFOLD_CLINUX_SHIM_H

// From linux/fs.h; the function is declared in fcntl.h.
enum { bnfold_SYNC_FILE_RANGE_WRITE = 2 };
extern int sync_file_range(int descriptor, long offset, long byteCount, unsigned flags);

#endif
