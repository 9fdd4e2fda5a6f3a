/* access.h - whose keys the broker's folder of keys has, and what their roles may do.
 *
 * The folder holds broker.secret and a *.public file for everybody who may come in; secrets of
 * others are not looked at. It is read again when somebody knocks, so that a key that is put there
 * opens the door at once; one that is taken away opens it no more (who is in stays until his
 * connection ends).
 */
#ifndef XIANZHI_BROKER_ACCESS_H
#define XIANZHI_BROKER_ACCESS_H

#include "proto/keys.h"

struct access;

/* `keys` gets the broker's own and the question whom to admit; it is valid until access_close.
 * STATUS_BAD: no folder, no broker.secret, a file that is no key, the same key twice. */
enum status access_open(struct access **access, const char *folder, struct wire_keys *keys,
                        struct error *error);
void access_close(struct access **access); /* accepts NULL inside; after the wire */

/* Whether somebody whom the door let in as `user` (wire_user) may greet in this role. */
bool access_allows(const char *user, enum peer_role role);

#endif
