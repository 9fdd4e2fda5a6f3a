/* name.h - file names that are UTF-8 whatever they were. */
#ifndef XIANZHI_PROTO_BASE_NAME_H
#define XIANZHI_PROTO_BASE_NAME_H

#include "proto/base/memory.h"

/* Each part of a path by itself, since a folder and what was copied into it may come from two
 * systems: UTF-8 as it is, else read as GB18030 (what archives from Chinese Windows hold), else
 * with ? for every byte beyond ASCII; into `out`, NUL-terminated behind its end. */
void name_to_utf8(const char *name, struct buffer *out);

#endif
