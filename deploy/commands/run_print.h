/* run_print.h - what a run prints in the end: all rows, or those that it changed. */
#ifndef XIANZHI_DEPLOY_RUN_PRINT_H
#define XIANZHI_DEPLOY_RUN_PRINT_H

#include "deploy/commands/print.h"
#include "proto/client.h"

/* Every row, in the order of a query; nothing is kept but what the format needs. */
enum status run_print_all(struct client *client, struct row_printer *printer, struct error *error);

/* The rows that came or changed since a version of the store, in the order of a query; memory
 * follows their number. *gone: rows that are there no longer. */
enum status run_print_changes(struct client *client, uint64_t since, struct row_printer *printer,
                              uint64_t *gone, struct error *error);

#endif
