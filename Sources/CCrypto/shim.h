// SHA-256 of OpenSSL by its own functions, which OpenSSL 3 calls deprecated: the others look for providers and read a
// configuration, and a static binary would carry all of that (docs/decisions/0023-reports.md).
#ifndef BNFOLD_CCRYPTO_SHIM_H
#define BNFOLD_CCRYPTO_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#endif
