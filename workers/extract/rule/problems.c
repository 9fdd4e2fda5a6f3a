/* problems.c - lines into a buffer, errors before they are counted, nothing else. */
#include "workers/extract/rule/problems.h"

#include <stdarg.h>
#include <stdio.h>

static void add_line(struct problems *problems, const char *path, unsigned line, unsigned column,
                     const char *kind, const char *text)
{
    buffer_format(&problems->text, "%s:%u:%u: %s%s\n", path, line, column, kind, text);
}

#define FORMATTED(text)                                                                            \
    char text[1024];                                                                               \
    va_list args;                                                                                  \
    va_start(args, format);                                                                        \
    vsnprintf(text, sizeof text, format, args);                                                    \
    va_end(args)

void problem_at(struct problems *problems, const char *path, unsigned line, unsigned column,
                const char *format, ...)
{
    FORMATTED(text);
    add_line(problems, path, line, column, "", text);
    problems->errors++;
}

void problem_in(struct problems *problems, const struct yaml *yaml, const struct yaml_node *node,
                size_t shift, const char *format, ...)
{
    FORMATTED(text);
    unsigned quote = node->kind == YAML_SCALAR && node->quoted;
    add_line(problems, yaml->path, node->line, node->column + quote + (unsigned)shift, "", text);
    problems->errors++;
}

void problem_warn(struct problems *problems, const char *path, unsigned line, unsigned column,
                  const char *format, ...)
{
    FORMATTED(text);
    add_line(problems, path, line, column, "warning: ", text);
    problems->warnings++;
}

void problem_line(struct problems *problems, const char *line)
{
    buffer_format(&problems->text, "%s\n", line);
    problems->errors++;
}

enum status problems_status(const struct problems *problems, struct error *error)
{
    if (problems->errors == 0)
        return STATUS_OK;
    struct slice text = buffer_slice(&problems->text);
    for (size_t from = 0; from < text.len;) {
        size_t end = slice_find(text, SLICE("\n"), from);
        struct slice line = slice_range(text, from, end);
        if (!slice_has(line, SLICE(": warning: ")))
            return fail(error, STATUS_BAD, "%.*s", SLICE_ARGS(line));
        from = end + 1;
    }
    return fail(error, STATUS_BAD, "the catalogue has mistakes: run `xianzhi catalogue check`");
}

void problems_release(struct problems *problems)
{
    buffer_release(&problems->text);
    *problems = (struct problems){0};
}
