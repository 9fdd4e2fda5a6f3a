/* dead_print.h - dead letters for a person's eyes and as JSON, from a broker or from a store. */
#ifndef XIANZHI_DEPLOY_DEAD_PRINT_H
#define XIANZHI_DEPLOY_DEAD_PRINT_H

#include "proto/pack.h"

void dead_print_letter(const struct packed *letter);  /* two lines */
void dead_print_details(const struct packed *letter); /* and when, how often, by whom */
/* Details or JSON, and behind the details the document itself, without its envelope. */
void dead_print_whole(const struct packed *letter, struct slice document, const char *format);
/* The document without its envelope into a file. */
enum status dead_write_document(const char *path, struct slice document, struct error *error);

#endif
