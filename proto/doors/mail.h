/* mail.h - the door to gmime: the parts of a mail, or of a web page saved as one file (mht). */
#ifndef XIANZHI_PROTO_DOORS_MAIL_H
#define XIANZHI_PROTO_DOORS_MAIL_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

enum {
    MAIL_MAX_NESTING = 20, /* multiparts and mails within one another */
    MAIL_MAX_PARTS = 10000,
};

/* One part that holds no others; valid during the call. */
struct mail_part {
    const char *type, *subtype; /* "text", "html" */
    struct slice name;          /* of the file it was; UTF-8, may be empty */
    bool attached;              /* it says that it is an attachment */
    bool resource;              /* belongs to a page in another part: a picture, a style sheet */
    bool flowed;                /* text whose lines go on where a blank ends them (RFC 3676) */
    bool joined;                /* flowed, and that blank is not part of the text */
    struct slice bytes;         /* its transfer encoding undone, in its own charset */
};

typedef void mail_take(void *context, const struct mail_part *part);

/* Before threads and before children are forked that can open no file. */
void mail_prepare(void);

/* Gives each part to `take`, in order; a mail within the mail whole, as message/rfc822. Writes the
 * subject, UTF-8 and cut to `size`, into `subject`. STATUS_BAD: it is no mail. */
enum status mail_read(struct slice raw, char *subject, size_t size, mail_take *take, void *context,
                      struct error *error);

#endif
