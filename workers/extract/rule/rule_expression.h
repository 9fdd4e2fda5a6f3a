/* rule_expression.h - a /…/ rule: N, # and <class> inside a PCRE2 expression. */
#ifndef XIANZHI_EXTRACT_RULE_EXPRESSION_H
#define XIANZHI_EXTRACT_RULE_EXPRESSION_H

#include "workers/extract/rule/rule.h"

/* In the text that expressions are matched against (folded, see automaton.h) every quantity is one
 * byte: the one asked about MARK_NUMBER, the others MARK_OTHER. */
#define MARK_OTHER "\x01"
#define MARK_NUMBER "\x02"

/* `expression` without its slashes; `*at` is the byte in it that is wrong. */
enum status rule_expression(struct rule_pattern *pattern, struct slice expression,
                            enum rule_number number, struct lexicon *lexicon, size_t *at,
                            struct error *error);

#endif
