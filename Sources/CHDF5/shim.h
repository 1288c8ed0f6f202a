// Names for the parts of libhdf5 that are comma expressions or casts, which Swift cannot import.
#ifndef BNFOLD_CHDF5_SHIM_H
#define BNFOLD_CHDF5_SHIM_H

#include <hdf5.h>

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
