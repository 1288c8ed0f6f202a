// The whole of libyaml; nothing of it needs another name.
#ifndef BNFOLD_CYAML_SHIM_H
#define BNFOLD_CYAML_SHIM_H

#include <yaml.h>

#endif
