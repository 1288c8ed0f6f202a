// Names for the parts of zlib that are macros, which Swift cannot import.
#ifndef BNFOLD_CZLIB_SHIM_H
#define BNFOLD_CZLIB_SHIM_H

#include <zlib.h>

static inline int bnfold_inflateInit(z_stream *stream, int windowBits) {
  return inflateInit2(stream, windowBits);
}

#endif
