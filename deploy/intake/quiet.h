/* quiet.h - whether somebody may still be writing to a file. */
#ifndef XIANZHI_INTAKE_QUIET_H
#define XIANZHI_INTAKE_QUIET_H

#include <stdbool.h>
#include <stdint.h>

/* A file of whose writers nothing is known must have lain still so long. */
enum { QUIET_MS = 1000 };

/* `changed_ns`: when anything of it was changed last. */
bool quiet_file(const char *path, uint64_t changed_ns);

#endif
