/* catalogue_words.c - words.yaml and topics.yaml: name: [word, word, <class>].
 *
 * Runs while loading. Classes may stand in any order and contain each other, but not in a circle.
 */
#include "workers/extract/rule/catalogue_private.h"

static bool good_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && i > 0) || (c == '_' && i > 0)))
            return false;
    }
    return name.len > 0;
}

/* Are all classes that `list` refers to there already? */
static bool complete(const struct loading *loading, const struct yaml_node *list)
{
    for (const struct yaml_node *node = first_of(list); node; node = next_of(list, node)) {
        struct slice text = node->text;
        if (node->kind == YAML_SCALAR && text.len > 2 && text.data[0] == '<' &&
            !lexicon_class(&loading->catalogue->lexicon, slice_range(text, 1, text.len - 1)))
            return false;
    }
    return true;
}

static void add_class(struct loading *loading, const struct yaml_node *key)
{
    uint32_t *words;
    if (!good_name(key->text)) {
        problem_in(loading->problems, loading->yaml, key, 0,
                   "a class is named with a-z, 0-9 and _, beginning with a letter");
        return;
    }
    size_t count = field_words(loading, key->value, &words);
    if (count == 0)
        problem_in(loading->problems, loading->yaml, key, 0, "class <%.*s> has no words",
                   SLICE_ARGS(key->text));
    lexicon_class_add(&loading->catalogue->lexicon, key->text, words, count);
}

void catalogue_load_words(struct loading *loading, const struct yaml_node *root)
{
    struct lexicon *lexicon = &loading->catalogue->lexicon;
    bool progress = true;
    if (root->kind != YAML_MAP) {
        problem_in(loading->problems, loading->yaml, root, 0, "write `class: [word, word]` lines");
        return;
    }
    while (progress) {
        progress = false;
        for (const struct yaml_node *key = root->first; key; key = key->next)
            if (!lexicon_class(lexicon, key->text) && good_name(key->text) &&
                complete(loading, key->value)) {
                add_class(loading, key);
                progress = true;
            }
    }
    for (const struct yaml_node *key = root->first; key; key = key->next)
        if (!lexicon_class(lexicon, key->text))
            add_class(loading, key); /* says what is missing, or runs in a circle */
}

static void add_topic_words(struct catalogue *catalogue, const uint32_t *words, size_t count,
                            uint64_t topic)
{
    size_t wanted = catalogue->lexicon.word_count;
    if (wanted > catalogue->word_topic_count) {
        catalogue->word_topics =
            memory_resize(catalogue->word_topics, wanted * sizeof *catalogue->word_topics);
        memset(catalogue->word_topics + catalogue->word_topic_count, 0,
               (wanted - catalogue->word_topic_count) * sizeof *catalogue->word_topics);
        catalogue->word_topic_count = wanted;
    }
    for (size_t i = 0; i < count; i++)
        catalogue->word_topics[words[i]] |= topic;
}

void catalogue_load_topics(struct loading *loading, const struct yaml_node *root)
{
    struct catalogue *catalogue = loading->catalogue;
    if (root->kind != YAML_MAP) {
        problem_in(loading->problems, loading->yaml, root, 0, "write `topic: [word, word]` lines");
        return;
    }
    for (const struct yaml_node *key = root->first; key; key = key->next) {
        uint32_t *words;
        if (catalogue->topic_count == CATALOGUE_MAX_TOPICS) {
            problem_in(loading->problems, loading->yaml, key, 0, "more than %d topics: merge some",
                       CATALOGUE_MAX_TOPICS);
            return;
        }
        if (!good_name(key->text))
            problem_in(loading->problems, loading->yaml, key, 0,
                       "a topic is named with a-z, 0-9 and _, beginning with a letter");
        size_t count = field_words(loading, key->value, &words);
        if (count == 0)
            problem_in(loading->problems, loading->yaml, key, 0, "topic %.*s has no words",
                       SLICE_ARGS(key->text));
        add_topic_words(catalogue, words, count, (uint64_t)1 << catalogue->topic_count);
        catalogue->topics[catalogue->topic_count++] = arena_copy(&catalogue->arena, key->text);
    }
}
