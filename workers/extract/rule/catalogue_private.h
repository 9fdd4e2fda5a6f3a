/* catalogue_private.h - what the files that load the catalogue share (catalogue*.c only). */
#ifndef XIANZHI_EXTRACT_CATALOGUE_PRIVATE_H
#define XIANZHI_EXTRACT_CATALOGUE_PRIVATE_H

#include "workers/extract/rule/catalogue.h"

/* Where a loader is: the file, and where its mistakes go. */
struct loading {
    struct catalogue *catalogue;
    struct problems *problems;
    struct catalogue_options options;
    const struct yaml *yaml; /* the file being read */
    const char *path;        /* its name, kept by the catalogue */
};

void catalogue_load_words(struct loading *loading, const struct yaml_node *root);
void catalogue_load_topics(struct loading *loading, const struct yaml_node *root);
void catalogue_load_scopes(struct loading *loading, const struct yaml_node *root);
void catalogue_load_indicators(struct loading *loading, const struct yaml_node *root);

/* catalogue_model.c */
void catalogue_load_model(struct loading *loading, const struct yaml_node *root);
void catalogue_load_frame(struct loading *loading, const struct yaml_node *map,
                          struct frame_list frame[SLOT_COUNT]);
void catalogue_index_model(struct catalogue *catalogue);

/* catalogue_rules.c */
/* The rules and examples of one indicator or scope; returns how many rules. */
size_t catalogue_load_rules(struct loading *loading, const struct yaml_node *owner,
                            struct slice name, int32_t indicator, int32_t scope);
void catalogue_load_examples(struct loading *loading, const struct yaml_node *owner,
                             int32_t indicator, int32_t scope, size_t *examples,
                             size_t *counterexamples);

/* catalogue_fields.c: each reports what is wrong and then returns the empty value. */
bool field_known(struct loading *loading, const struct yaml_node *map, const char *const *keys);
struct slice field_text(struct loading *loading, const struct yaml_node *map, const char *key,
                        bool required);
/* One of `words` (NULL-terminated). */
struct slice field_word(struct loading *loading, const struct yaml_node *map, const char *key,
                        const char *const *words, bool required);
uint64_t field_unit(struct loading *loading, const struct yaml_node *node); /* a bit; 0: unknown */
uint64_t field_units(struct loading *loading, const struct yaml_node *map, bool required);
uint64_t field_topics(struct loading *loading, const struct yaml_node *map);
uint64_t field_scopes(struct loading *loading, const struct yaml_node *map);
int field_weight(struct loading *loading, const struct yaml_node *map);
uint32_t field_kinds(struct loading *loading, const struct yaml_node *map);
uint32_t field_levels(struct loading *loading, const struct yaml_node *map);
uint32_t field_parts(struct loading *loading, const struct yaml_node *map);
/* The words of a list, with <class> in them; returns their ids in *ids (the catalogue's arena). */
size_t field_words(struct loading *loading, const struct yaml_node *list, uint32_t **ids);

/* A list's items, or the scalar itself: iterate with `for (n = first_of(v); n; n = next_of(v, n))`.
 */
static inline const struct yaml_node *first_of(const struct yaml_node *value)
{
    return value && value->kind == YAML_LIST ? value->first : value;
}

static inline const struct yaml_node *next_of(const struct yaml_node *value,
                                              const struct yaml_node *item)
{
    return value->kind == YAML_LIST ? item->next : NULL;
}

/* catalogue_index.c */
void catalogue_index(struct catalogue *catalogue);
void catalogue_index_release(struct catalogue *catalogue);

#endif
