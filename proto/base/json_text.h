/* json_text.h - figures and texts as JSON has them, for what is written by hand because its keys,
 * their order and every digit are a promise. Nothing here fails. */
#ifndef XIANZHI_PROTO_BASE_JSON_TEXT_H
#define XIANZHI_PROTO_BASE_JSON_TEXT_H

#include "proto/base/memory.h"

/* A figure as people and JSON write it: 9, not 9.0; else the shortest of 15 significant digits. */
void number_text(double value, char text[32]);
void json_number(double value, struct buffer *out); /* appends it */
void json_unsigned(uint64_t value, struct buffer *out);
void json_text(struct slice text, struct buffer *out); /* quoted and escaped; UTF-8 as it is */

/* Appends whole JSON with what JSON lets pass and a terminal obeys (DEL, C1, marks of direction)
 * written as \u009b: the same texts to whoever parses it. */
void json_visible(struct slice json, struct buffer *out);

#endif
