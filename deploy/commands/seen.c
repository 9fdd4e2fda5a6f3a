/* seen.c - a hash table from a row's key to the hash of what was told of it. Nothing can fail. */
#include "deploy/commands/seen.h"

#include "proto/rows/row_json.h"

#include <stdlib.h>
#include <uthash.h>

struct known {
    char *key;      /* row_json_key */
    struct row row; /* key fields only; their slices point into `texts` */
    char *texts;
    uint64_t content;
    uint64_t snapshot; /* the last one that brought it */
    UT_hash_handle hh;
};

struct seen {
    struct known *rows;
    uint64_t snapshot;
    struct buffer key, content;
};

struct seen *seen_new(void)
{
    return memory_zero(sizeof(struct seen));
}

static void forget(struct seen *seen, struct known *known)
{
    HASH_DEL(seen->rows, known);
    free(known->key);
    free(known->texts);
    free(known);
}

void seen_free(struct seen **seen)
{
    if (!*seen)
        return;
    struct known *known, *next;
    HASH_ITER(hh, (*seen)->rows, known, next)
    {
        forget(*seen, known);
    }
    buffer_release(&(*seen)->key);
    buffer_release(&(*seen)->content);
    free(*seen);
    *seen = NULL;
}

/* FNV-1a: 64 bits tell one content of a row from its next. */
static uint64_t hash_bytes(struct slice bytes)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ (unsigned char)bytes.data[i]) * 0x100000001b3u;
    return hash;
}

static struct slice keep_text(char **place, struct slice text)
{
    if (text.len)
        memcpy(*place, text.data, text.len);
    struct slice kept = {*place, text.len};
    *place += text.len;
    return kept;
}

static struct row key_fields(const struct row *row)
{
    return (struct row){.gone = true,
                        .indicator = row->indicator,
                        .label = row->label,
                        .region = row->region,
                        .region_name = row->region_name,
                        .level = row->level,
                        .township = row->township,
                        .kind = row->kind,
                        .issuer = row->issuer,
                        .year = row->year,
                        .children_level = row->children_level};
}

static struct known *remember(struct seen *seen, const struct row *row)
{
    struct known *known = memory_zero(sizeof *known);
    known->row = key_fields(row);
    known->texts = memory_alloc(row->indicator.len + row->label.len + row->region_name.len +
                                row->township.len + row->issuer.len);
    char *place = known->texts;
    known->row.indicator = keep_text(&place, row->indicator);
    known->row.label = keep_text(&place, row->label);
    known->row.region_name = keep_text(&place, row->region_name);
    known->row.township = keep_text(&place, row->township);
    known->row.issuer = keep_text(&place, row->issuer);
    known->key = memory_alloc(seen->key.len);
    memcpy(known->key, seen->key.data, seen->key.len);
    HASH_ADD_KEYPTR(hh, seen->rows, known->key, seen->key.len, known);
    return known;
}

bool seen_changed(struct seen *seen, const struct row *row)
{
    struct known *known;
    buffer_clear(&seen->key);
    row_json_key(row, &seen->key);
    HASH_FIND(hh, seen->rows, seen->key.data, seen->key.len, known);
    if (row->gone) {
        if (known)
            forget(seen, known);
        return known != NULL;
    }
    buffer_clear(&seen->content);
    row_json(row, 0, SLICE(""), &seen->content);
    uint64_t content = hash_bytes(buffer_slice(&seen->content));
    bool changed = !known || known->content != content;
    if (!known)
        known = remember(seen, row);
    known->content = content;
    known->snapshot = seen->snapshot;
    return changed;
}

void seen_begin_snapshot(struct seen *seen)
{
    seen->snapshot++;
}

void seen_end_snapshot(struct seen *seen, void (*gone)(void *context, const struct row *row),
                       void *context)
{
    struct known *known, *next;
    HASH_ITER(hh, seen->rows, known, next)
    {
        if (known->snapshot == seen->snapshot)
            continue;
        gone(context, &known->row);
        forget(seen, known);
    }
}
