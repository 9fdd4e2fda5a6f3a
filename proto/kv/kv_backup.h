/* kv_backup.h - copies of a store's folder: out of a running one, and back into an empty place. */
#ifndef XIANZHI_PROTO_KV_KV_BACKUP_H
#define XIANZHI_PROTO_KV_KV_BACKUP_H

#include "proto/kv/kv.h"

/* A consistent copy as `parent`/`name`; the parent is made where it is missing. It holds everything
 * committed before the call, and appears under its name only when it is whole. Any thread, while
 * the writer writes; the store must not be closed meanwhile. STATUS_BAD: there is something of that
 * name. */
enum status kv_backup(struct kv *kv, const char *parent, const char *name, uint64_t *bytes,
                      struct error *error);

/* Whether kv_restore would begin. STATUS_BAD: `from` is no store, `to` isn't absent or empty. */
enum status kv_may_restore(const char *from, const char *to, struct error *error);

/* Copies a folder that nobody has open, and waits for the disk. After a failure nothing is left. */
enum status kv_restore(const char *from, const char *to, struct error *error);

/* Takes a restored folder away again. */
void kv_unrestore(const char *folder);

#endif
