/* tr.c - the language of the terminal, and the translations, read when they are first wanted. A
 * program without its file of translations speaks English. */
#include "proto/base/tr.h"

#include "proto/base/paths.h"
#include "proto/base/po.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static enum language terminal = LANGUAGE_ENGLISH; /* written before other threads begin */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct po *chinese, *english; /* from one file */

static void forget(void)
{
    po_close(&chinese);
    po_close(&english);
}

static void load(void)
{
    char path[PATH_MAX];
    if (data_path("deploy/po/zh_CN.po", path, sizeof path, NULL) != STATUS_OK ||
        po_open(&chinese, path, NULL) != STATUS_OK)
        return;
    if (po_open(&english, path, NULL) == STATUS_OK)
        po_spare_chinese(english);
    atexit(forget);
}

static const struct po *translations(enum language language)
{
    if (language == LANGUAGE_ENGLISH)
        return NULL;
    pthread_once(&once, load);
    return chinese;
}

enum language language_of_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
    }
    return LANGUAGE_ENGLISH;
}

enum language language_of_header(const char *accepted)
{
    const char *zh = accepted ? strstr(accepted, "zh") : NULL;
    const char *en = accepted ? strstr(accepted, "en") : NULL;
    return zh && (!en || zh < en) ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
}

void tr_begin(enum language language)
{
    terminal = language;
}

enum language tr_language(void)
{
    return terminal;
}

const char *tr(const char *message)
{
    const struct po *po = translations(terminal);
    const char *text = po ? po_text(po, message) : NULL;
    return text ? text : message;
}

void tr_line(enum language language, struct slice line, struct buffer *out)
{
    const struct po *po = translations(language);
    if (po)
        po_line(po, line, out);
    else
        buffer_add(out, line);
}

void tr_line_english(struct slice line, struct buffer *out)
{
    pthread_once(&once, load);
    if (english)
        po_line(english, line, out);
    else
        buffer_add(out, line);
}
