/* yaml.c - libyaml's events into a tree with positions. The one file that includes yaml.h of
 * libyaml.
 *
 * Owned by whichever thread loads the data files (at start and on reload). Happy path: read the
 * file, pull events, build nodes in the arena. Everything wrong with the file comes back as
 * STATUS_BAD with path, line and column.
 */
#include "proto/base/yaml.h"

#include "proto/base/file.h"
#include "proto/base/memory.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

struct builder {
    struct yaml *yaml;
    struct slice text;
    yaml_parser_t parser;
    struct error *error;
};

static enum status fail_at(const char *path, unsigned long line, unsigned long column,
                           struct error *error, const char *what)
{
    return fail(error, STATUS_BAD, "%s:%lu:%lu: %s", path, line, column, what);
}

static enum status fail_event(struct builder *b, const yaml_event_t *event, const char *what)
{
    return fail_at(b->yaml->path, event->start_mark.line + 1, event->start_mark.column + 1,
                   b->error, what);
}

/* libyaml gives a byte where it can't read on, not a place; before it the text is UTF-8. */
static enum status fail_byte(struct builder *b, size_t byte, const char *what)
{
    unsigned long line = 1, column = 1;
    for (size_t i = 0; i < byte && i < b->text.len; i++) {
        unsigned char c = (unsigned char)b->text.data[i];
        line += c == '\n';
        column = c == '\n' ? 1 : column + ((c & 0xC0) != 0x80);
    }
    return fail(b->error, STATUS_BAD, "%s:%lu:%lu: %s: save the file as UTF-8", b->yaml->path, line,
                column, what);
}

static enum status next_event(struct builder *b, yaml_event_t *event)
{
    if (yaml_parser_parse(&b->parser, event))
        return STATUS_OK;
    const yaml_parser_t *p = &b->parser;
    const char *problem = p->problem ? p->problem : "can't be parsed";
    if (p->error == YAML_READER_ERROR)
        return fail_byte(b, p->problem_offset, problem);
    if (p->context)
        return fail(b->error, STATUS_BAD, "%s:%zu:%zu: %s %s (line %zu): correct the YAML",
                    b->yaml->path, p->problem_mark.line + 1, p->problem_mark.column + 1, problem,
                    p->context, p->context_mark.line + 1);
    return fail(b->error, STATUS_BAD, "%s:%zu:%zu: %s: correct the YAML", b->yaml->path,
                p->problem_mark.line + 1, p->problem_mark.column + 1, problem);
}

static struct yaml_node *new_node(struct builder *b, const yaml_event_t *event, enum yaml_kind kind)
{
    struct yaml_node *node = arena_alloc(&b->yaml->arena, sizeof *node);
    node->kind = kind;
    node->line = (unsigned)event->start_mark.line + 1;
    node->column = (unsigned)event->start_mark.column + 1;
    return node;
}

static enum status build_node(struct builder *b, yaml_event_t *event, unsigned depth,
                              struct yaml_node **out);

static enum status build_list(struct builder *b, unsigned depth, struct yaml_node *list)
{
    struct yaml_node **tail = &list->first;
    for (;;) {
        yaml_event_t event;
        enum status status = next_event(b, &event);
        if (status != STATUS_OK)
            return status;
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        if (!end)
            status = build_node(b, &event, depth + 1, tail);
        yaml_event_delete(&event);
        if (end || status != STATUS_OK)
            return status;
        tail = &(*tail)->next;
        list->count++;
    }
}

static const struct yaml_node *find_key(const struct yaml_node *map, struct slice key)
{
    for (const struct yaml_node *k = map->first; k; k = k->next)
        if (slice_equal(k->text, key))
            return k;
    return NULL;
}

static enum status build_key(struct builder *b, yaml_event_t *event, struct yaml_node *map,
                             struct yaml_node **tail)
{
    if (event->type != YAML_SCALAR_EVENT)
        return fail_event(b, event, "a key must be a plain word: correct the YAML");
    struct slice text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    const struct yaml_node *twin = find_key(map, text);
    if (twin)
        return fail(b->error, STATUS_BAD,
                    "%s:%zu:%zu: key \"%.*s\" is given twice (first in line %u): merge the two",
                    b->yaml->path, event->start_mark.line + 1, event->start_mark.column + 1,
                    SLICE_ARGS(text), twin->line);
    return build_node(b, event, 0, tail);
}

static enum status build_value(struct builder *b, unsigned depth, struct yaml_node *key)
{
    yaml_event_t event;
    enum status status = next_event(b, &event);
    if (status != STATUS_OK)
        return status;
    status = build_node(b, &event, depth + 1, &key->value);
    yaml_event_delete(&event);
    return status;
}

static enum status build_map(struct builder *b, unsigned depth, struct yaml_node *map)
{
    struct yaml_node **tail = &map->first;
    for (;;) {
        yaml_event_t event;
        enum status status = next_event(b, &event);
        if (status != STATUS_OK)
            return status;
        bool end = event.type == YAML_MAPPING_END_EVENT;
        if (!end)
            status = build_key(b, &event, map, tail);
        yaml_event_delete(&event);
        if (end || status != STATUS_OK)
            return status;
        status = build_value(b, depth, *tail);
        if (status != STATUS_OK)
            return status;
        tail = &(*tail)->next;
        map->count++;
    }
}

static enum status build_node(struct builder *b, yaml_event_t *event, unsigned depth,
                              struct yaml_node **out)
{
    if (depth > YAML_MAX_DEPTH)
        return fail_event(b, event, "nested too deeply: flatten it");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        if (event->data.scalar.anchor)
            break;
        *out = new_node(b, event, YAML_SCALAR);
        (*out)->text =
            arena_copy(&b->yaml->arena, (struct slice){(const char *)event->data.scalar.value,
                                                       event->data.scalar.length});
        (*out)->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        return STATUS_OK;
    case YAML_SEQUENCE_START_EVENT:
        if (event->data.sequence_start.anchor)
            break;
        *out = new_node(b, event, YAML_LIST);
        return build_list(b, depth, *out);
    case YAML_MAPPING_START_EVENT:
        if (event->data.mapping_start.anchor)
            break;
        *out = new_node(b, event, YAML_MAP);
        return build_map(b, depth, *out);
    default:
        break;
    }
    return fail_event(b, event,
                      "anchors (&) and aliases (*) are not supported: quote the text or "
                      "write it out");
}

/* Pulls events until `wanted`; what may stand between is only the start of stream and document. */
static enum status build_root(struct builder *b)
{
    for (;;) {
        yaml_event_t event;
        enum status status = next_event(b, &event);
        if (status != STATUS_OK)
            return status;
        yaml_event_type_t type = event.type;
        if (type == YAML_STREAM_END_EVENT)
            status = fail_at(b->yaml->path, 1, 1, b->error, "the file is empty: restore it");
        else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT)
            status = build_node(b, &event, 0, &b->yaml->root);
        yaml_event_delete(&event);
        if (status != STATUS_OK || b->yaml->root)
            return status;
    }
}

static enum status expect_end(struct builder *b)
{
    for (;;) {
        yaml_event_t event;
        enum status status = next_event(b, &event);
        if (status != STATUS_OK)
            return status;
        yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT)
            status = fail_event(b, &event, "a second document (---): one file holds one");
        yaml_event_delete(&event);
        if (status != STATUS_OK || type == YAML_STREAM_END_EVENT)
            return status;
    }
}

enum status yaml_parse(struct yaml *yaml, const char *path, struct slice text, struct error *error)
{
    struct builder b = {.yaml = yaml, .text = text, .error = error};
    yaml->path = arena_copy(&yaml->arena, slice_of(path)).data;
    yaml->root = NULL;
    if (text.len > YAML_MAX_BYTES)
        return fail(error, STATUS_BAD, "%s: larger than %d bytes: split it", path, YAML_MAX_BYTES);
    if (!yaml_parser_initialize(&b.parser))
        return fail(error, STATUS_FATAL, "%s: no memory for a YAML parser", path);
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)(text.len ? text.data : ""),
                                 text.len);
    enum status status = build_root(&b);
    if (status == STATUS_OK)
        status = expect_end(&b);
    yaml_parser_delete(&b.parser);
    if (status != STATUS_OK)
        yaml_release(yaml);
    return status;
}

enum status yaml_load(struct yaml *yaml, const char *path, struct error *error)
{
    struct buffer bytes = {0};
    enum status status = file_read(path, YAML_MAX_BYTES, &bytes, error);
    if (status != STATUS_OK)
        status = STATUS_RETRY; /* another try may find it mended */
    if (status == STATUS_OK)
        status = yaml_parse(yaml, path, buffer_slice(&bytes), error);
    buffer_release(&bytes);
    return status;
}

void yaml_release(struct yaml *yaml)
{
    arena_release(&yaml->arena);
    *yaml = (struct yaml){0};
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    const struct yaml_node *found = find_key(map, slice_of(key));
    return found ? found->value : NULL;
}

enum status yaml_fail(const struct yaml *yaml, const struct yaml_node *node, struct error *error,
                      const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fail(error, STATUS_BAD, "%s:%u:%u: %s", yaml->path, node ? node->line : 1,
                node ? node->column : 1, text);
}

bool yaml_number(const struct yaml_node *node, double *value)
{
    if (!node || node->kind != YAML_SCALAR || node->quoted || node->text.len == 0)
        return false;
    if (strspn(node->text.data, "+-.0123456789eE") != node->text.len)
        return false;
    char *end;
    *value = strtod(node->text.data, &end);
    return *end == '\0' && isfinite(*value);
}

bool yaml_flag(const struct yaml_node *node, bool *value)
{
    if (!node || node->kind != YAML_SCALAR || node->quoted)
        return false;
    *value = slice_equal(node->text, SLICE("true"));
    return *value || slice_equal(node->text, SLICE("false"));
}
