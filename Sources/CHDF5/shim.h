// Names for the parts of libhdf5 that are comma expressions or casts, which Swift cannot import.
#ifndef BNFOLD_CHDF5_SHIM_H
#define BNFOLD_CHDF5_SHIM_H

// Later versions of the library still have the functions of 1.10, under macros that Swift cannot import either.
#define H5_USE_110_API
#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

static inline herr_t bnfold_H5Literate(hid_t group, H5L_iterate_t visit, void *context) {
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, context);
}

// Virtual files: the library's own extension point (H5FD_class_t), here over a descriptor.

// How a file is opened: what the caller gives by H5Pset_driver.
typedef struct {
  int descriptor;
  // Where the HDF5 file begins in the file of the descriptor.
  haddr_t start;
  haddr_t byteCount;
  // Where the first error number of a write goes; it outlives the file.
  int *failure;
} bnfold_VirtualFileSettings;

// An open file; the library's own part has to come first.
typedef struct {
  H5FD_t base;
  bnfold_VirtualFileSettings settings;
  haddr_t endOfAllocation;
} bnfold_VirtualFile;

typedef H5FD_t *(*bnfold_OpenVirtualFile)(const char *, unsigned, hid_t, haddr_t);

static inline hid_t bnfold_registerDriver(
    bnfold_OpenVirtualFile open, herr_t (*close)(H5FD_t *),
    haddr_t (*endOfAllocation)(const H5FD_t *, H5FD_mem_t),
    herr_t (*setEndOfAllocation)(H5FD_t *, H5FD_mem_t, haddr_t),
    haddr_t (*endOfFile)(const H5FD_t *, H5FD_mem_t),
    herr_t (*read)(H5FD_t *, H5FD_mem_t, hid_t, haddr_t, size_t, void *),
    herr_t (*write)(H5FD_t *, H5FD_mem_t, hid_t, haddr_t, size_t, const void *),
    herr_t (*truncate)(H5FD_t *, hid_t, hbool_t), herr_t (*features)(const H5FD_t *, unsigned long *)) {
  static const H5FD_mem_t freeLists[] = H5FD_FLMAP_DICHOTOMY;
  H5FD_class_t driver = {0};
#if H5_VERSION_GE(1, 13, 0)
  driver.version = H5FD_CLASS_VERSION;
  // From the range that the library leaves to others (H5FDpublic.h).
  driver.value = 511;
#endif
  driver.name = "descriptor";
  driver.maxaddr = ((haddr_t)1 << 62) - 1;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(bnfold_VirtualFileSettings);
  driver.open = open;
  driver.close = close;
  driver.get_eoa = endOfAllocation;
  driver.set_eoa = setEndOfAllocation;
  driver.get_eof = endOfFile;
  driver.read = read;
  driver.write = write;
  driver.truncate = truncate;
  driver.query = features;
  for (int index = 0; index < H5FD_MEM_NTYPES; index++) driver.fl_map[index] = freeLists[index];
  return H5FDregister(&driver);
}

static inline unsigned bnfold_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned bnfold_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline hid_t bnfold_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t bnfold_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t bnfold_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t bnfold_H5T_C_S1(void) { return H5T_C_S1; }
static inline hid_t bnfold_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t bnfold_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t bnfold_H5T_STD_I8LE(void) { return H5T_STD_I8LE; }
static inline hid_t bnfold_H5T_STD_I16LE(void) { return H5T_STD_I16LE; }
static inline hid_t bnfold_H5T_STD_I32LE(void) { return H5T_STD_I32LE; }
static inline hid_t bnfold_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }
static inline hid_t bnfold_H5T_STD_U8LE(void) { return H5T_STD_U8LE; }
static inline hid_t bnfold_H5T_STD_U16LE(void) { return H5T_STD_U16LE; }
static inline hid_t bnfold_H5T_STD_U32LE(void) { return H5T_STD_U32LE; }
static inline hid_t bnfold_H5T_STD_U64LE(void) { return H5T_STD_U64LE; }
static inline size_t bnfold_H5T_VARIABLE(void) { return H5T_VARIABLE; }
static inline haddr_t bnfold_HADDR_UNDEF(void) { return HADDR_UNDEF; }

#endif
