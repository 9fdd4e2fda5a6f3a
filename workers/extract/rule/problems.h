/* problems.h - every mistake found in the catalogue, one line each, so that an author sees them
 * all.
 *
 *   indicators/mediation.yaml:12:9: no word class <disput>: did you mean <dispute>? …
 */
#ifndef XIANZHI_EXTRACT_PROBLEMS_H
#define XIANZHI_EXTRACT_PROBLEMS_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/base/yaml.h"

/* Zero-initialise. */
struct problems {
    struct buffer text; /* lines; NUL-terminated once there is one */
    size_t errors, warnings;
};

/* `shift`: characters into a scalar at which it goes wrong. */
void problem_at(struct problems *problems, const char *path, unsigned line, unsigned column,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
void problem_in(struct problems *problems, const struct yaml *yaml, const struct yaml_node *node,
                size_t shift, const char *format, ...) __attribute__((format(printf, 5, 6)));
void problem_line(struct problems *problems, const char *line); /* already with its place */
/* Does not make a check fail. */
void problem_warn(struct problems *problems, const char *path, unsigned line, unsigned column,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The first error's line into `error`: STATUS_BAD; STATUS_OK if there is none. */
enum status problems_status(const struct problems *problems, struct error *error);
void problems_release(struct problems *problems);

#endif
