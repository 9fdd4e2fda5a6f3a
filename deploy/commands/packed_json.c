/* packed_json.c - walks a value and builds jansson's. No state. */
#include "deploy/commands/packed_json.h"

#include <math.h>

static json_t *text_json(struct slice text)
{
    json_t *json = json_stringn(text.data ? text.data : "", text.len);
    return json ? json : json_null();
}

static json_t *map_json(const struct packed *map)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < packed_count(map); i++) {
        struct slice key;
        const struct packed *value = packed_pair(map, i, &key);
        char name[128];
        snprintf(name, sizeof name, "%.*s", SLICE_ARGS(key));
        json_object_set_new(object, name, packed_json(value));
    }
    return object;
}

json_t *packed_json(const struct packed *value)
{
    if (packed_is_map(value))
        return map_json(value);
    if (packed_is_array(value)) {
        json_t *array = json_array();
        for (uint32_t i = 0; i < packed_count(value); i++)
            json_array_append_new(array, packed_json(packed_at(value, i)));
        return array;
    }
    if (packed_is_text(value))
        return text_json(packed_text(value));
    if (packed_is_bool(value))
        return json_boolean(packed_bool(value, false));
    if (packed_is_uint(value))
        return json_integer((json_int_t)packed_uint(value, 0));
    double number = packed_double(value, NAN);
    return isnan(number) ? json_null() : json_real(number);
}

void packed_print_json(const struct packed *value, FILE *out)
{
    json_t *json = packed_json(value);
    json_dumpf(json, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fputc('\n', out);
    json_decref(json);
}
