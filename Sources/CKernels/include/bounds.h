// Bounds of the ratio of two kernels, for vectors as wide as the processor has them.
#ifndef BNFOLD_BOUNDS_H
#define BNFOLD_BOUNDS_H

#include <stddef.h>

/// How numbers of a type are rounded, and what else they may be off by.
struct BNFoldRounding {
  /// Half a unit in the last place relative to the power of two below a number.
  double relative;
  /// Half the smallest positive number.
  double least;
  double leastNormal;
  /// What a number may be off by beside its rounding, relative to it.
  double extra;
  /// The relative error of the arithmetic here.
  double noise;
};

/// What is known of each column, narrowed by one row after another.
struct BNFoldColumns {
  /// Bounds of new / old.
  double *low;
  double *high;
  /// The largest magnitudes.
  double *largestOld;
  double *largestNew;
  /// Sums of 0 times each number: not a number where one is not finite.
  double *health;
  /// How many new numbers are subnormal.
  double *subnormal;
};

/// Narrows the bounds of each column by a row of the old numbers times `factor` and one of the new ones times `keep`.
void bnfold_narrow(
    const double *before, const double *after, size_t count, double factor, double keep,
    struct BNFoldRounding rounding, struct BNFoldColumns columns);

#endif
