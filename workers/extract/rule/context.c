/* context.c - topics of a number from near to far, with the far ones remembered.
 *
 * One thread owns a context. Nothing can fail.
 */
#include "workers/extract/rule/context.h"

#include "workers/extract/rule/search.h"

#include <stdlib.h>

static void reserve(uint64_t **topics, bool **known, size_t *capacity, size_t count)
{
    if (*capacity < count) {
        *capacity = count * 2;
        *topics = memory_resize(*topics, *capacity * sizeof **topics);
        *known = memory_resize(*known, *capacity * sizeof **known);
    }
    if (count)
        memset(*known, 0, count * sizeof **known);
}

void context_start(struct context *context, const struct catalogue *catalogue,
                   const struct report *report)
{
    context->catalogue = catalogue;
    context->report = report;
    reserve(&context->sentences, &context->sentence_known, &context->sentence_capacity,
            report->sentence_count);
    reserve(&context->nearest, &context->nearest_known, &context->nearest_capacity,
            report->sentence_count);
    reserve(&context->headings, &context->heading_known, &context->heading_capacity,
            report->heading_count);
}

void context_release(struct context *context)
{
    view_release(&context->view);
    free(context->sentences);
    free(context->headings);
    free(context->nearest);
    free(context->nearest_known);
    free(context->sentence_known);
    free(context->heading_known);
    *context = (struct context){0};
}

static struct slice text_of(const struct context *context, struct span span)
{
    return slice_range(context->report->clean, span.start, span.end);
}

static uint64_t sentence_topics(struct context *context, size_t sentence)
{
    if (!context->sentence_known[sentence]) {
        context->sentence_known[sentence] = true;
        context->sentences[sentence] =
            view_topics_of(&context->view, &context->catalogue->words,
                           text_of(context, context->report->sentences[sentence].clean), false);
    }
    return context->sentences[sentence];
}

static uint64_t heading_topics(struct context *context, int32_t heading)
{
    if (!context->heading_known[heading]) {
        context->heading_known[heading] = true;
        context->headings[heading] =
            view_topics_of(&context->view, &context->catalogue->words,
                           text_of(context, context->report->headings[heading].clean), true);
    }
    return context->headings[heading];
}

static uint64_t topics_here(const struct view *view, const struct view_token *number)
{
    uint64_t before = 0, behind = 0, earlier = 0;
    for (size_t i = 0; i < view->topic_count; i++) {
        const struct view_topic *topic = &view->topics[i];
        bool same = topic->from.comma == number->from.comma;
        if (topic->end <= number->bare) {
            earlier = topic->topics;
            if (same)
                before = topic->topics;
        } else if (same && !behind) {
            behind = topic->topics;
        }
    }
    return before ? before : behind ? behind : earlier;
}

/* Of the sentences in front within the paragraph, the nearest first. Every sentence is passed once,
 * however many ask: a paragraph may be the whole document. */
static uint64_t topics_in_front(struct context *context, size_t sentence)
{
    const struct sentence *sentences = context->report->sentences;
    uint32_t paragraph = sentences[sentence].paragraph;
    uint64_t topics = 0;
    size_t i = sentence;
    while (!topics && i > 0 && sentences[i - 1].paragraph == paragraph) {
        i--;
        if (context->nearest_known[i]) {
            topics = context->nearest[i];
            break;
        }
        topics = sentence_topics(context, i);
    }
    for (; i < sentence; i++) {
        context->nearest_known[i] = true;
        context->nearest[i] = topics;
    }
    return topics;
}

uint64_t context_topics(struct context *context, const struct view *view,
                        const struct view_token *number, size_t sentence)
{
    const struct report *report = context->report;
    uint64_t topics = topics_here(view, number);
    if (!topics)
        topics = topics_in_front(context, sentence);
    int32_t heading = report->sentences[sentence].heading;
    for (; !topics && heading >= 0; heading = report->headings[heading].parent)
        topics = heading_topics(context, heading);
    return topics;
}

bool context_under(struct context *context, struct pattern_scratch *scratch,
                   const struct rule_pattern *pattern, size_t sentence)
{
    const struct report *report = context->report;
    int32_t heading = report->sentences[sentence].heading;
    for (; heading >= 0; heading = report->headings[heading].parent) {
        struct slice text = text_of(context, report->headings[heading].clean);
        size_t start, end;
        if (pattern->expression) {
            if (pattern_find(pattern->expression, scratch, text, 0, &start, &end) == PATTERN_FOUND)
                return true;
            continue;
        }
        view_build(&context->view, &context->catalogue->words, text, NULL, 0, 0, 0);
        if (search_pattern(&context->view, context->catalogue->lexicon.sets, pattern, NULL))
            return true;
    }
    return false;
}
