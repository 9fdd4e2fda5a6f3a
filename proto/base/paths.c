/* paths.c - finds the data files. Reads the environment and the file system only; any thread.
 *
 * What can fail: the files are nowhere, which is an installation gone wrong, so the error names
 * every place that was tried.
 */
#include "proto/base/paths.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef XIANZHI_HOME
#define XIANZHI_HOME "."
#endif

static enum status place(const char *home, const char *relative, char *out, size_t size)
{
    int len = snprintf(out, size, "%s/%s", home, relative);
    if (len < 0 || (size_t)len >= size)
        return STATUS_FATAL;
    return access(out, R_OK) == 0 ? STATUS_OK : STATUS_AGAIN;
}

/* The executable is build/xianzhi or build/FLAVOUR/xianzhi of its tree, or bin/xianzhi beside
 * share/xianzhi: tries the folders above it. */
static enum status place_beside_program(const char *relative, char *out, size_t size)
{
    char folder[PATH_MAX], share[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (len <= 0)
        return STATUS_AGAIN;
    folder[len] = '\0';
    for (int up = 0; up < 5; up++) {
        char *slash = strrchr(folder, '/');
        if (!slash)
            break;
        *slash = '\0';
        if (place(folder, relative, out, size) == STATUS_OK)
            return STATUS_OK;
        if (snprintf(share, sizeof share, "%s/share/xianzhi", folder) < (int)sizeof share &&
            place(share, relative, out, size) == STATUS_OK)
            return STATUS_OK;
    }
    return STATUS_AGAIN;
}

enum status data_path(const char *relative, char *out, size_t size, struct error *error)
{
    const char *chosen = getenv("XIANZHI_DATA");
    if (chosen && *chosen) {
        if (place(chosen, relative, out, size) == STATUS_OK)
            return STATUS_OK;
        return fail(error, STATUS_FATAL,
                    "%s/%s: can't be read: set XIANZHI_DATA to the folder that holds workers/, or "
                    "unset it",
                    chosen, relative);
    }
    if (place_beside_program(relative, out, size) == STATUS_OK ||
        place(XIANZHI_HOME, relative, out, size) == STATUS_OK)
        return STATUS_OK;
    return fail(
        error, STATUS_FATAL,
        "%s: found neither beside the program nor under %s: install it with `make install`, "
        "or set XIANZHI_DATA to the folder that holds workers/",
        relative, XIANZHI_HOME);
}
