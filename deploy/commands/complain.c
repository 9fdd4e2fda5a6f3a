/* complain.c - lines for a person on stderr. Any thread; can't fail. */
#include "deploy/commands/command.h"

#include "proto/base/visible.h"

#include <stdarg.h>
#include <stdio.h>

/* In the reader's language. */
static void say(const char *command, const char *format, va_list args)
{
    struct buffer text = {0}, line = {0}, shown = {0};
    buffer_format_list(&text, format, args);
    tr_line(tr_language(), buffer_slice(&text), &line);
    buffer_append(&line, "", 1);
    fprintf(stderr, "%s%s%s%s\n", command ? "xianzhi " : "", command ? command : "",
            command ? ": " : "", visible_line(&shown, line.data));
    buffer_release(&text);
    buffer_release(&line);
    buffer_release(&shown);
}

int complain(const char *command, enum exit_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(command, format, args);
    va_end(args);
    return code;
}

void remark(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(NULL, format, args);
    va_end(args);
}

int complain_error(const char *command, const struct error *error)
{
    return complain(command, EXIT_FAILED, "%s", error->text);
}
