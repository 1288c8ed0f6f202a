// Of libdeflate only the checksum is used.
#ifndef BNFOLD_CDEFLATE_SHIM_H
#define BNFOLD_CDEFLATE_SHIM_H

#include <libdeflate.h>

#endif
