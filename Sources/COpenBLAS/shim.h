// The matrix products of OpenBLAS and its thread setting.
#ifndef BNFOLD_COPENBLAS_SHIM_H
#define BNFOLD_COPENBLAS_SHIM_H

#include <cblas.h>

#endif
