/* mail.c - gmime behind our own types; only this file includes its header.
 *
 * In a decoder's child: it allocates what it likes, and dies of it if that is too much. What is
 * nested wrongly gmime mends as mail readers do; it would also mend a text that was cut off, so
 * that one is told by the line that should end it. One mail at a time.
 */
#include "proto/doors/mail.h"

#include "proto/base/memory.h"

#include <gmime/gmime.h>

#include <stdio.h>
#include <strings.h>

struct reading {
    mail_take *take;
    void *context;
    unsigned parts;
    bool text_last; /* the last of them is text */
};

void mail_prepare(void)
{
    g_mime_init();
}

/* What `object` holds, its transfer encoding undone; to be freed. */
static GByteArray *bytes_of(GMimeObject *object)
{
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *bytes = g_byte_array_new();
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (message)
            g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, stream);
    } else if (GMIME_IS_PART(object)) {
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
        if (content)
            g_mime_data_wrapper_write_to_stream(content, stream);
    }
    g_object_unref(stream);
    return bytes;
}

static bool parameter_is(GMimeContentType *type, const char *name, const char *value)
{
    const char *said = type ? g_mime_content_type_get_parameter(type, name) : NULL;
    return said && strcasecmp(said, value) == 0;
}

static void give(struct reading *reading, GMimeObject *object, bool resource)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *name = GMIME_IS_PART(object) ? g_mime_part_get_filename(GMIME_PART(object)) : NULL;
    const char *disposition = g_mime_object_get_disposition(object);
    GByteArray *bytes = bytes_of(object);
    struct mail_part part = {
        .type = type ? g_mime_content_type_get_media_type(type) : "text",
        .subtype = type ? g_mime_content_type_get_media_subtype(type) : "plain",
        .name = slice_of(name),
        .attached = disposition && strcasecmp(disposition, "attachment") == 0,
        .resource = resource,
        .flowed = parameter_is(type, "format", "flowed"),
        .joined = parameter_is(type, "delsp", "yes"),
        .bytes = {(const char *)bytes->data, bytes->len},
    };
    reading->text_last = strcasecmp(part.type, "text") == 0;
    reading->take(reading->context, &part);
    g_byte_array_free(bytes, TRUE);
}

/* The page that the other parts of a multipart/related belong to: the one that its "start" names,
 * or else the first (RFC 2387). */
static int root_of(GMimeMultipart *related, GMimeContentType *type)
{
    const char *start = g_mime_content_type_get_parameter(type, "start");
    int count = start ? g_mime_multipart_get_count(related) : 0;
    for (int i = 0; i < count; i++) {
        const char *id = g_mime_object_get_content_id(g_mime_multipart_get_part(related, i));
        size_t len = id ? strlen(id) : 0;
        const char *name = *start == '<' ? start + 1 : start;
        if (len > 0 && strncmp(name, id, len) == 0 && strchr(">", name[len]))
            return i;
    }
    return 0;
}

static void walk(struct reading *reading, GMimeObject *object, bool resource, unsigned depth)
{
    if (!object || depth > MAIL_MAX_NESTING || reading->parts >= MAIL_MAX_PARTS)
        return;
    if (!GMIME_IS_MULTIPART(object)) {
        reading->parts++;
        give(reading, object, resource);
        return;
    }
    GMimeContentType *type = g_mime_object_get_content_type(object);
    bool related = type && g_mime_content_type_is_type(type, "multipart", "related");
    int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
    int root = related ? root_of(GMIME_MULTIPART(object), type) : 0;
    for (int i = 0; i < count; i++)
        walk(reading, g_mime_multipart_get_part(GMIME_MULTIPART(object), i),
             resource || (related && i != root), depth + 1);
}

static bool is_cut_off(GMimeObject *object, struct slice raw)
{
    const char *boundary =
        GMIME_IS_MULTIPART(object) ? g_mime_multipart_get_boundary(GMIME_MULTIPART(object)) : NULL;
    if (!boundary)
        return false;
    struct buffer last = {0};
    buffer_format(&last, "--%s--", boundary);
    bool cut_off = !slice_has(raw, buffer_slice(&last));
    buffer_release(&last);
    return cut_off;
}

enum status mail_read(struct slice raw, char *subject, size_t size, mail_take *take, void *context,
                      struct error *error)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.data, raw.len);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    struct reading reading = {.take = take, .context = context};
    bool cut_off = false;
    subject[0] = '\0';
    if (message) {
        const char *said = g_mime_message_get_subject(message);
        snprintf(subject, size, "%s", said ? said : "");
        walk(&reading, g_mime_message_get_mime_part(message), false, 0);
        cut_off = is_cut_off(g_mime_message_get_mime_part(message), raw);
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
    if (!reading.parts)
        return fail(error, STATUS_BAD, "a mail without any part (邮件不完整): get it again");
    return cut_off && reading.text_last
               ? fail(error, STATUS_BAD,
                      "a mail whose end is missing (文件末尾不完整): it was cut off; get it "
                      "again")
               : STATUS_OK;
}
