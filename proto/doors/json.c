/* json.c - jansson parses and checks, the result goes through MessagePack: whoever reads a request
 * and whoever reads a record ask the same questions of the same values. Any thread. */
#include "proto/doors/json.h"

#include <jansson.h>

static void pack_json(const json_t *json, struct buffer *out);

static void pack_object(const json_t *json, struct buffer *out)
{
    const char *key;
    json_t *value;
    pack_map(out, (uint32_t)json_object_size(json));
    json_object_foreach((json_t *)json, key, value)
    {
        pack_text(out, slice_of(key));
        pack_json(value, out);
    }
}

static void pack_json(const json_t *json, struct buffer *out)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        pack_object(json, out);
        break;
    case JSON_ARRAY:
        pack_array(out, (uint32_t)json_array_size(json));
        for (size_t i = 0; i < json_array_size(json); i++)
            pack_json(json_array_get(json, i), out);
        break;
    case JSON_STRING:
        pack_text(out, (struct slice){json_string_value(json), json_string_length(json)});
        break;
    case JSON_INTEGER:
        pack_int(out, json_integer_value(json));
        break;
    case JSON_REAL:
        pack_double(out, json_real_value(json));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        pack_bool(out, json_is_true(json));
        break;
    case JSON_NULL:
        pack_nil(out);
        break;
    }
}

enum status json_read(struct arena *arena, struct slice text, struct pack_limits limits,
                      const struct packed **root, struct error *error)
{
    json_error_t wrong;
    struct buffer packed = {0};
    json_t *json = json_loadb(text.data ? text.data : "", text.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!json)
        return fail(error, STATUS_BAD, "no JSON: line %d, column %d: %s", wrong.line, wrong.column,
                    wrong.text);
    pack_json(json, &packed);
    json_decref(json);
    struct slice kept = arena_copy(arena, buffer_slice(&packed));
    buffer_release(&packed);
    return packed_read(arena, kept, limits, root, error);
}
