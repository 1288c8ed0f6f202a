// Names for the parts of libhdf5 that are comma expressions or casts, which Swift cannot import.
#ifndef BNFOLD_CHDF5_SHIM_H
#define BNFOLD_CHDF5_SHIM_H

// Later versions of the library still have the functions of 1.10, under macros that Swift cannot import either.
#define H5_USE_110_API
#include <hdf5.h>

static inline herr_t bnfold_H5Literate(hid_t group, H5L_iterate_t visit, void *context) {
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, context);
}

static inline unsigned bnfold_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned bnfold_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline hid_t bnfold_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t bnfold_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t bnfold_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t bnfold_H5T_C_S1(void) { return H5T_C_S1; }
static inline hid_t bnfold_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t bnfold_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline size_t bnfold_H5T_VARIABLE(void) { return H5T_VARIABLE; }
static inline haddr_t bnfold_HADDR_UNDEF(void) { return HADDR_UNDEF; }

#endif
