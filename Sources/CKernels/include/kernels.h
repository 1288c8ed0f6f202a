// The loops that the forward pass spends its time in, for vectors as wide as the processor has them.
//
// In C because Swift cannot compile one function for several instruction sets: a package that others depend on may
// not raise what the whole program asks for.
#ifndef BNFOLD_KERNELS_H
#define BNFOLD_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/// Terms of a sum that are summed up before they are added to the rest.
#define BNFOLD_BLOCK_TERMS 256

/// The loops for one element type and one instruction set.
#define BNFOLD_KERNELS(Element, Kernels)                                                                           \
  struct Kernels {                                                                                                 \
    /* Columns of a panel of the right matrix. */                                                                  \
    size_t panelColumns;                                                                                           \
    /* Rows of a product that are computed at a time. */                                                           \
    size_t tileRows;                                                                                               \
    /* Elements from one row of a block of the left matrix to the next. */                                         \
    size_t leftStride;                                                                                             \
    /* Copies a block of the left matrix, whose rows are runs of elements, run t of row r at                       \
       places[r * stride + t] + first: `depth` elements of each of the runs, one behind the other. */              \
    void (*gather)(                                                                                                \
        const Element *const *places, size_t stride, size_t rows, size_t runs, size_t first, size_t depth,         \
        Element *left);                                                                                            \
    /* Adds to, or sets, one panel's columns of some rows of a product.                                            \
       `left` has `depth` elements a row, at most BNFOLD_BLOCK_TERMS; the panel has `depth` rows of `panelColumns` \
       elements, `panelStride` apart, of which `columns` count. Row r of the result is at results[r] + column.     \
       Each element is the sum of its products in their order. */                                                  \
    void (*multiply)(                                                                                              \
        const Element *left, size_t rows, size_t depth, const Element *panel, size_t panelStride, size_t columns,  \
        Element *const *results, size_t column, bool adds);                                                        \
    /* Writes `depth` rows of at most `panelColumns` columns one behind the other, zeros in the missing columns. */   \
    void (*pack)(                                                                                                  \
        const Element *source, size_t rowStride, size_t columnStride, size_t depth, size_t columns,                \
        Element *panel);                                                                                           \
    /* Sums of products channel by channel in some rows:                                                           \
       result[r * channels + c] = sum over t of places[r * taps + t][c] * factors[t * channels + c]. */            \
    void (*multiplyChannels)(                                                                                      \
        const Element *const *places, size_t rows, const Element *factors, size_t taps, size_t channels,           \
        Element *result);                                                                                          \
    /* (x - mean) * scale + beta in each row. */                                                                   \
    void (*normalize)(                                                                                             \
        Element *rows, size_t stride, size_t count, const Element *mean, const Element *scale,                     \
        const Element *beta, size_t columns);                                                                      \
    /* x + bias in each row. */                                                                                    \
    void (*addToRows)(                                                                                             \
        Element *rows, size_t stride, size_t count, const Element *bias, size_t columns);                          \
    /* x <= 0 ? 0 : x > ceiling ? ceiling : x in each row: not a number stays what it is. */                        \
    void (*rectify)(Element *rows, size_t stride, size_t count, size_t columns, Element ceiling);                  \
    /* 1 / (1 + exp(-x)) in each row, or x times it. */                                                            \
    void (*sigmoid)(Element *rows, size_t stride, size_t count, size_t columns, bool multiplies);                  \
  };

BNFOLD_KERNELS(float, BNFoldKernels32)
BNFOLD_KERNELS(double, BNFoldKernels64)

/// How many instruction sets this processor has kernels for; the last one is the fastest.
size_t bnfold_instruction_sets(void);
struct BNFoldKernels32 bnfold_kernels32(size_t instructionSet);
struct BNFoldKernels64 bnfold_kernels64(size_t instructionSet);

#endif
