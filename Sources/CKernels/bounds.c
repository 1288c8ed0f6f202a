#include "bounds.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define FOR_ALL_PROCESSORS __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define FOR_ALL_PROCESSORS
#endif

static inline uint64_t bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double number(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static const uint64_t exponentBits = 0x7FF0000000000000;
static const uint64_t fractionBits = 0x000FFFFFFFFFFFFF;
static const uint64_t signBit = 0x8000000000000000;

FOR_ALL_PROCESSORS
void bnfold_narrow(
    const double *before, const double *after, size_t count, double factor, double keep,
    struct BNFoldRounding rounding, struct BNFoldColumns columns) {
  double *restrict low = columns.low;
  double *restrict high = columns.high;
  double *restrict largestOld = columns.largestOld;
  double *restrict largestNew = columns.largestNew;
  double *restrict health = columns.health;
  double *restrict subnormal = columns.subnormal;
#pragma clang loop vectorize(assume_safety)
  for (size_t index = 0; index < count; index++) {
    double old = before[index] * factor;
    double new = after[index] * keep;
    double base = fabs(old);
    double size = fabs(new);
    double power = number(bits(size) & exponentBits);
    double above = power * rounding.relative;
    above = above > rounding.least ? above : rounding.least;
    // Below a power of two the numbers are twice as dense.
    double below = (bits(size) & fractionBits) == 0 && power > rounding.leastNormal ? above / 2 : above;
    double extra = fabs(after[index]) * rounding.extra;
    double inverse = 1 / base;
    double outer = (size + above + extra) * inverse;
    double inner = (size - below - extra) * inverse;
    outer += outer * rounding.noise;
    inner = inner > 0 ? inner * (1 - rounding.noise) : inner * (1 + rounding.noise);
    // 0 by 0: a number that may be what 0 is rounded to has any ratio to 0.
    inner = inner == inner ? inner : -INFINITY;
    uint64_t sign = (bits(old) ^ bits(new)) & signBit;
    double first = number(bits(inner) ^ sign);
    double second = number(bits(outer) ^ sign);
    double least = first < second ? first : second;
    double most = first < second ? second : first;
    low[index] = least > low[index] ? least : low[index];
    high[index] = most < high[index] ? most : high[index];
    largestOld[index] = base > largestOld[index] ? base : largestOld[index];
    largestNew[index] = size > largestNew[index] ? size : largestNew[index];
    subnormal[index] += size != 0 && size < rounding.leastNormal ? 1 : 0;
    health[index] += (before[index] + after[index]) * 0;
  }
}
