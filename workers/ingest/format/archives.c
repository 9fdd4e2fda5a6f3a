/* archives.c - zip, tar, 7z, rar and single compressed files: no text of their own, but documents.
 *
 * Any thread for the look at the first bytes; the rest in a child. What can fail: the archive is
 * cut off or damaged (what came before still counts), a member is protected or too large.
 */
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/sighted.h"
#include "workers/ingest/format/unpacking.h"

#include "proto/base/tr.h"
#include "proto/doors/archive.h"

#include <stdio.h>

static bool matches(struct slice raw)
{
    return archive_by_bytes(raw);
}

static bool take_member(struct archive_file *archive, const struct archive_member *member,
                        struct unpacking *unpacking, struct buffer *bytes)
{
    struct error cause;
    char reason[640];
    struct slice name = member->name.len ? member->name : unpack_base_name(unpacking);
    if (!member->regular)
        return true;
    if (member->encrypted)
        return unpack_unreadable(
            unpacking, name,
            TR("protected by a password (有密码): unpack it by hand, then submit "
               "it"));
    buffer_clear(bytes);
    if (archive_read(archive, unpack_limit(unpacking), bytes, &cause) == STATUS_OK)
        return unpack_member(unpacking, name, buffer_slice(bytes));
    snprintf(reason, sizeof reason,
             TR("can't be unpacked (无法解压; %s): unpack it by hand, then "
                "submit it"),
             cause.text);
    return unpack_unreadable(unpacking, name, reason);
}

static void tell_damage(struct unpacking *unpacking, const struct error *cause)
{
    char reason[640];
    if (strstr(cause->text, "ncrypted")) { /* its table of contents is, so nothing shows before */
        unpack_failure(unpacking,
                       "protected by a password (有密码): unpack it by hand, then submit "
                       "its documents");
        return;
    }
    snprintf(
        reason, sizeof reason,
        TR("the archive is damaged (压缩包损坏; %s): %u documents were taken from it; get it again "
           "for the rest"),
        cause->text, unpack_count(unpacking));
    unpack_failure(unpacking, reason);
}

static void unpack(struct slice bytes, struct unpacking *unpacking)
{
    struct archive_file *archive;
    struct archive_member member;
    struct buffer document = {0};
    struct error cause;
    enum status status = archive_open(&archive, bytes, &cause);
    bool go_on = true;
    while (!status && go_on) {
        status = archive_next(archive, &member, &cause);
        if (!status && !member.name.data)
            break;
        if (!status)
            go_on = take_member(archive, &member, unpacking, &document);
    }
    if (status)
        tell_damage(unpacking, &cause);
    else if (go_on && unpack_count(unpacking) == 0)
        unpack_failure(unpacking, "no documents in it (空压缩包): get it again");
    archive_close(&archive);
    buffer_release(&document);
}

const struct format container_format = {
    .name = "archive",
    .what = TR("an archive"),
    .matches = matches,
    .remedy =
        TR("unpack it first: archives are opened only three deep, and by run, submit and extract"),
    .unpack = unpack,
};
