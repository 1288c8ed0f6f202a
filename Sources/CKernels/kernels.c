#include "kernels.h"

#include <stdint.h>

// The instruction set that every processor of the kind has.
#define TARGET
#define VECTOR_BYTES 16
#define TILE_ROWS 6
#define ELEMENT float
#define INTEGER int32_t
#define KERNELS BNFoldKernels32
#define NAME(name) name##_baseline32
#include "kernels.inc"
#define ELEMENT double
#define INTEGER int64_t
#define KERNELS BNFoldKernels64
#define NAME(name) name##_baseline64
#include "kernels.inc"
#undef TARGET
#undef VECTOR_BYTES

#if defined(__x86_64__)

// Sixteen registers: twelve sums, two factors of the right matrix and one of the left.
#define TARGET __attribute__((target("avx2,fma")))
#define VECTOR_BYTES 32
#define ELEMENT float
#define INTEGER int32_t
#define KERNELS BNFoldKernels32
#define NAME(name) name##_avx2_32
#include "kernels.inc"
#define ELEMENT double
#define INTEGER int64_t
#define KERNELS BNFoldKernels64
#define NAME(name) name##_avx2_64
#include "kernels.inc"
#undef TARGET
#undef VECTOR_BYTES
#undef TILE_ROWS

// Thirty-two registers of twice the width.
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#define VECTOR_BYTES 64
#define TILE_ROWS 12
#define ELEMENT float
#define INTEGER int32_t
#define KERNELS BNFoldKernels32
#define NAME(name) name##_avx512_32
#include "kernels.inc"
#define ELEMENT double
#define INTEGER int64_t
#define KERNELS BNFoldKernels64
#define NAME(name) name##_avx512_64
#include "kernels.inc"

size_t bnfold_instruction_sets(void) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
             ? 3
             : 2;
}
struct BNFoldKernels32 bnfold_kernels32(size_t set) {
  return set == 0 ? kernels_baseline32 : set == 1 ? kernels_avx2_32 : kernels_avx512_32;
}
struct BNFoldKernels64 bnfold_kernels64(size_t set) {
  return set == 0 ? kernels_baseline64 : set == 1 ? kernels_avx2_64 : kernels_avx512_64;
}

#else

size_t bnfold_instruction_sets(void) { return 1; }
struct BNFoldKernels32 bnfold_kernels32(size_t set) { return kernels_baseline32; }
struct BNFoldKernels64 bnfold_kernels64(size_t set) { return kernels_baseline64; }

#endif
