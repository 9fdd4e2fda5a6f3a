/* status_print.h - the broker's status record for a person: `status` and `top` show the same. */
#ifndef XIANZHI_DEPLOY_STATUS_PRINT_H
#define XIANZHI_DEPLOY_STATUS_PRINT_H

#include "proto/client.h"
#include "proto/pack.h"

#include <stdio.h>

/* Asks for the record; it lives in the arena and until the client's next question. */
enum status status_ask(struct client *client, struct arena *arena, const struct packed **root,
                       struct error *error);

void status_print(FILE *out, const struct packed *status);

#endif
