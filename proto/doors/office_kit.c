/* office_kit.c - LibreOfficeKit in the resident child: loads the library, converts file after file.
 *
 * The library is loaded at run time, so that neither building nor running needs the package. One
 * document at a time; its files lie in the child's folder while it is converted.
 */
#include "proto/doors/office_private.h"

#include "proto/base/tr.h"
#include "proto/doors/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The beginning of its C interface (LibreOfficeKit.h), which only ever grows at its end. */
struct kit_document;
struct kit_document_calls {
    size_t size;
    void (*destroy)(struct kit_document *document);
    int (*save_as)(struct kit_document *document, const char *url, const char *format,
                   const char *options);
};
struct kit_document {
    const struct kit_document_calls *calls;
};

struct kit;
struct kit_calls {
    size_t size;
    void (*destroy)(struct kit *kit);
    struct kit_document *(*load)(struct kit *kit, const char *url);
    char *(*error)(struct kit *kit);
    struct kit_document *(*load_with_options)(struct kit *kit, const char *url,
                                              const char *options);
    void (*free_error)(char *text);
};
struct kit {
    const struct kit_calls *calls;
};

static struct kit *kit_begin(const char *program, char *reason, size_t size)
{
    char path[512], profile[512], here[256];
    snprintf(path, sizeof path, "%s/libsofficeapp.so", program);
    void *library = dlopen(path, RTLD_LAZY);
    if (!library) {
        snprintf(path, sizeof path, "%s/libmergedlo.so", program);
        library = dlopen(path, RTLD_LAZY);
    }
    if (!library || !getcwd(here, sizeof here)) {
        snprintf(reason, size, "%s", library ? strerror(errno) : dlerror());
        return NULL;
    }
    snprintf(profile, sizeof profile, "file://%s/profile", here);
    struct kit *(*hook)(const char *, const char *) = NULL;
    *(void **)&hook = dlsym(library, "libreofficekit_hook_2");
    struct kit *kit = hook ? hook(program, profile) : NULL;
    if (!kit)
        snprintf(reason, size, TR("LibreOffice does not begin"));
    return kit;
}

static bool put_file(const char *path, struct slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len;
    if (fd >= 0)
        close(fd);
    return written;
}

static bool get_file(const char *path, struct buffer *into)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0) {
        buffer_reserve(into, 1 << 16);
        got = read(fd, into->data + into->len, into->capacity - into->len);
        into->len += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        close(fd);
    return got == 0;
}

/* `reason` stays empty when it went well. */
static void convert(struct kit *kit, const char *from, const char *to, struct slice bytes,
                    struct buffer *out, char *reason, size_t size)
{
    char here[256], in_path[300], out_path[300], url[320];
    if (!getcwd(here, sizeof here))
        here[0] = '\0';
    snprintf(in_path, sizeof in_path, "%s/in.%s", here, from);
    snprintf(out_path, sizeof out_path, "%s/out.%s", here, to);
    snprintf(url, sizeof url, "file://%s", in_path);
    struct kit_document *document =
        put_file(in_path, bytes) ? kit->calls->load_with_options(kit, url, "Batch=1") : NULL;
    snprintf(url, sizeof url, "file://%s", out_path);
    if (!document || !document->calls->save_as(document, url, to, NULL) ||
        !get_file(out_path, out)) {
        char *text = kit->calls->error(kit);
        snprintf(reason, size, "%s", text && *text ? text : TR("it could not be opened"));
        if (text && kit->calls->free_error)
            kit->calls->free_error(text);
    }
    if (document)
        document->calls->destroy(document);
    unlink(in_path);
    unlink(out_path);
}

int office_reside(struct slice parameters, int socket)
{
    char program[256], reason[400] = "";
    struct buffer question = {0}, input = {0}, output = {0};
    snprintf(program, sizeof program, "%.*s", SLICE_ARGS(parameters));
    struct kit *kit = kit_begin(program, reason, sizeof reason);
    while (process_resident_next(socket, &question, &input)) {
        char endings[32];
        snprintf(endings, sizeof endings, "%.*s", SLICE_ARGS(buffer_slice(&question)));
        char *to = strchr(endings, ' ');
        buffer_clear(&output);
        if (kit && to) {
            *to++ = '\0';
            reason[0] = '\0';
            convert(kit, endings, to, buffer_slice(&input), &output, reason, sizeof reason);
        }
        struct slice answer = reason[0] ? slice_of(reason) : SLICE("ok");
        if (!process_resident_answer(socket, answer, reason[0] ? SLICE("") : buffer_slice(&output)))
            break;
    }
    _exit(0); /* LibreOffice's own way out takes long, and sometimes does not end */
}
