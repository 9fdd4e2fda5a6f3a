/* yaml.h - a YAML file as a tree in which every node knows its line and column, so that a mistake
 * in a data file can be reported where it stands.
 *
 * The subset is what our data files need: one document of maps, lists and scalars. Anchors,
 * aliases, a key given twice and nesting deeper than YAML_MAX_DEPTH are errors.
 */
#ifndef XIANZHI_PROTO_BASE_YAML_H
#define XIANZHI_PROTO_BASE_YAML_H

#include "proto/base/arena.h"
#include "proto/base/status.h"

enum { YAML_MAX_DEPTH = 24, YAML_MAX_BYTES = 8 * 1024 * 1024 };

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool quoted;             /* scalar in '…', "…", | or >: never a number, a boolean or null */
    unsigned line, column;   /* from 1; columns count characters */
    struct slice text;       /* scalar; NUL-terminated too */
    size_t count;            /* items of a list, keys of a map */
    struct yaml_node *first; /* first item, or first key of a map, in file order */
    struct yaml_node *next;  /* next item or key */
    struct yaml_node *value; /* of a map's key */
};

/* Zero-initialise. Nodes and their texts live until yaml_release. */
struct yaml {
    struct arena arena;
    const char *path; /* as given: for messages */
    struct yaml_node *root;
};

/* STATUS_BAD with "path:line:column: what: what to do" when the file isn't well-formed or is empty;
 * STATUS_RETRY when it can't be read. On failure `yaml` is empty again. */
enum status yaml_load(struct yaml *yaml, const char *path, struct error *error);
enum status yaml_parse(struct yaml *yaml, const char *path, struct slice text, struct error *error);
void yaml_release(struct yaml *yaml);

/* The value of a key, or NULL when the map (or `map` itself, or its being a map) is missing. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* "path:line:column: " and the formatted text into `error`; returns STATUS_BAD. */
enum status yaml_fail(const struct yaml *yaml, const struct yaml_node *node, struct error *error,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A finite number in plain decimal notation. */
bool yaml_number(const struct yaml_node *node, double *value);
/* true or false, unquoted. */
bool yaml_flag(const struct yaml_node *node, bool *value);

#endif
