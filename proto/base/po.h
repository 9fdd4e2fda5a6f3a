/* po.h - messages in another language, from a file in gettext's text format (.po).
 *
 * Messages are written in English where they arise, travel so through records, journals and logs,
 * and are put into a person's language where he reads them. So a line is recognised by the format
 * that it was made of: "a.pdf: empty file" by "%s: empty file". Two languages can be spoken in one
 * process (the console's readers), and no locale need be installed; that is why this isn't libc's
 * gettext(), though its tools make and check the file.
 */
#ifndef XIANZHI_PROTO_BASE_PO_H
#define XIANZHI_PROTO_BASE_PO_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct po;

/* STATUS_BAD: the line that isn't as it should be; STATUS_FATAL: can't be read. */
enum status po_open(struct po **po, const char *path, struct error *error);
void po_close(struct po **po); /* accepts NULL inside */

/* Makes each translation its message without what stands there in Chinese: "not a text (不是文本)"
 * becomes "not a text". Before it is read. */
void po_spare_chinese(struct po *po);

/* Read only from here on, any thread. */

/* The translation of exactly this message; NULL: there is none. Lives as long as the po. */
const char *po_text(const struct po *po, const char *message);

/* Appends the line with what is recognised of it translated, texts inside it too; as it is where
 * nothing is. */
void po_line(const struct po *po, struct slice line, struct buffer *out);

#endif
