/* dropped.h - what becomes of the files that are put into the drop folder of `serve`, for the
 * pages: of the latest ones each by itself, as of what is uploaded.
 *
 * Whoever watches the folder says what happens, in its own thread and before the console is closed;
 * `console` is a struct console, so that these fit where they are called back. */
#ifndef XIANZHI_CONSOLE_DROPPED_H
#define XIANZHI_CONSOLE_DROPPED_H

#include "deploy/intake/watch.h"

enum { MAX_DROPPED_TOLD = 200 };

void dropped_hear(void *console, enum watch_news news, const char *path, const char *sha256);
void dropped_tell(void *console, const struct submission *submission);
/* What is told of a file in words: that it can't be read, what is wrong with a list. */
void dropped_line(void *console, const char *line);

#endif
