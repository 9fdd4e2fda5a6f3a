/* html_western.h - web pages in Windows-1252 whose hanzi stand as numeric references. */
#ifndef XIANZHI_INGEST_FORMAT_HTML_WESTERN_H
#define XIANZHI_INGEST_FORMAT_HTML_WESTERN_H

#include "proto/base/arena.h"

/* The character that a byte from 0x80 to 0x9F stands for in Windows-1252; the five that it leaves
 * open stand for themselves. */
uint32_t html_western_character(unsigned char byte);

/* Whether the page can be nothing else: more numeric references than bytes over 0x7F. Asked where
 * the bytes are no encoding of Chinese. */
bool html_is_western(struct slice raw);

/* Its UTF-8, in the arena. */
struct slice html_western_decode(struct arena *arena, struct slice raw);

#endif
