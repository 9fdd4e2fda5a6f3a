/* tr.h - which language a person is spoken to, and speaking it.
 *
 * Messages are English in the sources and inside the program. The doors to people (complain(),
 * remark(), help, the console's answers) put them into the person's language: deploy/po/zh_CN.po. A
 * message that passes no fail(), complain() or remark() is marked TR("…"), so that `make po` finds
 * it.
 */
#ifndef XIANZHI_PROTO_BASE_TR_H
#define XIANZHI_PROTO_BASE_TR_H

#include "proto/base/memory.h"

#define TR(message) message

enum language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE };

/* By LC_ALL, LC_MESSAGES, LANG: zh…: Chinese. */
enum language language_of_locale(void);
/* By the list of an Accept-Language header: whichever of the two comes first; NULL or neither:
 * English. */
enum language language_of_header(const char *accepted);

/* Once, before other threads: the language at the process's terminal, English until then. */
void tr_begin(enum language language);
enum language tr_language(void);

/* The message, or its format, in the terminal's language; itself where there is no translation. */
const char *tr(const char *message);
/* Appends the line, of whatever messages it was made, in that language (po.h). Any thread. */
void tr_line(enum language language, struct slice line, struct buffer *out);
/* The same in English alone: without the Chinese words that a message has for those who don't read
 * it; names that it holds stay whole. */
void tr_line_english(struct slice line, struct buffer *out);

#endif
