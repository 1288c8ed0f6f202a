// System calls of Linux that the Glibc module hides behind _GNU_SOURCE, or that glibc has no function for.
#ifndef BNFOLD_CLINUX_SHIM_H
#define BNFOLD_CLINUX_SHIM_H

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

extern long syscall(long number, ...);

// From linux/fs.h and linux/memfd.h; the functions are declared under _GNU_SOURCE only.
enum { bnfold_SYNC_FILE_RANGE_WRITE = 2, bnfold_RENAME_NOREPLACE = 1, bnfold_MFD_CLOEXEC = 1 };
// From fcntl.h: the file's size may not change any more, nor this.
enum { bnfold_O_TMPFILE = 020000000 | O_DIRECTORY };
enum { bnfold_MFD_ALLOW_SEALING = 2, bnfold_F_ADD_SEALS = 1033, bnfold_SEAL_SIZE = 7 };
extern int sync_file_range(int descriptor, long offset, long byteCount, unsigned flags);
extern int renameat2(int oldFolder, const char *old, int newFolder, const char *new, unsigned flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int memfd_create(const char *name, unsigned flags);

// Tells the processor that a thread only waits for another one.
static inline void bnfold_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// No mappings of their own for large results, and as much at the end of the heap as the largest of them have.
static inline void bnfold_keep_freed_memory(void) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

static inline int bnfold_prctl(int option, unsigned long argument) {
  return prctl(option, argument, 0UL, 0UL, 0UL);
}

// Landlock has no functions in glibc. An absent or disabled Landlock answers ENOSYS or EOPNOTSUPP.
static inline int bnfold_landlock_version(void) {
  return (int)syscall(SYS_landlock_create_ruleset, NULL, 0UL, 1U);
}
static inline int bnfold_landlock_create(const void *attributes, size_t size) {
  return (int)syscall(SYS_landlock_create_ruleset, attributes, size, 0U);
}
static inline int bnfold_landlock_restrict(int ruleset) {
  return (int)syscall(SYS_landlock_restrict_self, ruleset, 0U);
}

// The filter holds for all threads of the process.
static inline int bnfold_install_filter(const struct sock_fprog *program) {
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, program);
}

// The architecture that a filter must see, from linux/audit.h.
static inline unsigned bnfold_architecture(void) {
#if defined(__x86_64__)
  return 0xC000003EU;
#elif defined(__aarch64__)
  return 0xC00000B7U;
#else
  return 0U;
#endif
}

enum {
  bnfold_SYS_clone = SYS_clone, bnfold_SYS_clone3 = SYS_clone3, bnfold_SYS_mmap = SYS_mmap,
  bnfold_SYS_mprotect = SYS_mprotect, bnfold_SYS_tgkill = SYS_tgkill, bnfold_SYS_prlimit64 = SYS_prlimit64,
};

// What the worker needs after it has been closed in: memory, threads, time, and the descriptors that it has.
static const int bnfold_harmlessCalls[] = {
  SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_close, SYS_fstat,
  SYS_ftruncate, SYS_fsync, SYS_fdatasync, SYS_sync_file_range, SYS_copy_file_range, SYS_munmap, SYS_mremap,
  SYS_madvise, SYS_brk, SYS_futex, SYS_set_robust_list, SYS_rseq, SYS_membarrier, SYS_sched_yield,
  SYS_sched_getaffinity, SYS_getcpu, SYS_getpid, SYS_gettid, SYS_rt_sigaction, SYS_rt_sigprocmask,
  SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall, SYS_clock_gettime, SYS_clock_getres,
  SYS_clock_nanosleep, SYS_nanosleep, SYS_getrandom, SYS_getrusage, SYS_sysinfo, SYS_uname,
  SYS_exit, SYS_exit_group,
};
static inline int bnfold_harmlessCallCount(void) {
  return (int)(sizeof bnfold_harmlessCalls / sizeof *bnfold_harmlessCalls);
}
static inline int bnfold_harmlessCall(int index) { return bnfold_harmlessCalls[index]; }

#endif
