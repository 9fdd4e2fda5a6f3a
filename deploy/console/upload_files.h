/* upload_files.h - a form's files put down in a folder, under names that lead nowhere else. */
#ifndef XIANZHI_CONSOLE_UPLOAD_FILES_H
#define XIANZHI_CONSOLE_UPLOAD_FILES_H

#include "proto/base/status.h"
#include "proto/doors/http.h"

enum { UPLOAD_NAME_BYTES = 200, UPLOAD_DEPTH = 8 };

/* The name that a browser sent ("甲县/报告.docx") as a path within a folder: UTF-8, no part hidden,
 * too long or leading upwards; nothing that a file system or terminal stumbles over. False: nothing
 * is left of it. */
bool upload_name(const char *sent, struct buffer *name);

/* Moves or copies the part's bytes to folder/name, with -2, -3 … in front of its ending where that
 * is taken. STATUS_RETRY: the disk; STATUS_BAD: the name. */
enum status upload_put_down(const char *folder, const struct http_part *part, struct error *error);

#endif
