/* quantity_check.c - runs the examples that stand beside the shapes in nonquantities.yaml. */
#include "workers/extract/quantity/quantity.h"
#include "workers/extract/quantity/quantity_rules.h"

enum { MAX_FOUND = 16 };

struct checker {
    const struct quantity_rules *rules;
    void (*complain)(void *context, const char *line);
    void *context;
    size_t examples;
};

static void complain(const struct checker *c, const struct yaml_node *node, const char *what,
                     struct slice about)
{
    struct error error;
    yaml_fail(&c->rules->terms_file, node, &error, "%s: %.*s", what, SLICE_ARGS(about));
    c->complain(c->context, error.text);
}

static struct slice written(struct slice text, const struct quantity *q)
{
    return slice_range(text, q->clean.start, q->clean.end);
}

/* `not`: no quantity in it. */
static void check_not(struct checker *c, const struct yaml_node *example)
{
    struct quantity found[MAX_FOUND];
    c->examples++;
    if (quantities_in(c->rules, example->text, found, MAX_FOUND) > 0)
        complain(c, example, "counts although it should not: correct the shape or the example",
                 written(example->text, &found[0]));
}

/* `but`: text and what is to be found in it. */
static void check_but(struct checker *c, const struct yaml_node *example)
{
    struct quantity found[MAX_FOUND];
    struct slice text = example->text;
    size_t count = quantities_in(c->rules, text, found, MAX_FOUND);
    c->examples++;
    for (size_t i = 0; i < count && i < MAX_FOUND; i++)
        if (slice_equal(written(text, &found[i]), example->value->text))
            return;
    complain(c, example, "is not found: narrow the shape, or correct the example",
             example->value->text);
}

size_t quantity_rules_check(const struct quantity_rules *rules,
                            void (*complain)(void *context, const char *line), void *context)
{
    struct checker c = {rules, complain, context, 0};
    const struct yaml_node *shapes = yaml_get(rules->terms_file.root, "shapes");
    for (const struct yaml_node *shape = shapes->first; shape; shape = shape->next) {
        const struct yaml_node *not = yaml_get(shape, "not");
        const struct yaml_node *but = yaml_get(shape, "but");
        for (const struct yaml_node *n = not ? not ->first : NULL; n; n = n->next)
            check_not(&c, n);
        for (const struct yaml_node *n = but ? but->first : NULL; n; n = n->next)
            check_but(&c, n);
    }
    return c.examples;
}
