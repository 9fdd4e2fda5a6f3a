/* shelf.c - the catalogues in use, counted by their users.
 *
 * Any thread, under one lock; loading under it is meant: threads that start together wait for the
 * first one's catalogue instead of reading it each. A catalogue goes with its last user.
 */
#include "workers/extract/rule/shelf.h"

#include "proto/base/memory.h"

#include <pthread.h>
#include <stdlib.h>

struct shelved {
    struct shelved *next;
    struct catalogue *catalogue;
    char *folder;
    unsigned users;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shelved *shelf; /* under lock */

static struct shelved *find(const char *folder, const char *version)
{
    struct shelved *entry = shelf;
    while (entry &&
           (strcmp(entry->folder, folder) != 0 || strcmp(entry->catalogue->version, version) != 0))
        entry = entry->next;
    return entry;
}

static enum status load(struct shelved **entry, const char *folder, const char *version,
                        struct error *error)
{
    struct problems problems = {0};
    struct catalogue *catalogue = NULL;
    enum status status = catalogue_load(&catalogue, folder,
                                        (struct catalogue_options){.version = version}, &problems);
    if (status)
        status = problems_status(&problems, error);
    problems_release(&problems);
    if (status)
        return status;
    *entry = memory_zero(sizeof **entry);
    (*entry)->catalogue = catalogue;
    (*entry)->folder = memory_copy_text(folder);
    (*entry)->next = shelf;
    shelf = *entry;
    return STATUS_OK;
}

enum status shelf_take(const struct catalogue **catalogue, const char *folder, struct error *error)
{
    char version[CATALOGUE_VERSION_DIGITS + 1];
    pthread_mutex_lock(&lock);
    enum status status = catalogue_version(folder, version, error);
    struct shelved *entry = status ? NULL : find(folder, version);
    if (status == STATUS_OK && !entry)
        status = load(&entry, folder, version, error);
    if (status == STATUS_OK) {
        entry->users++;
        *catalogue = entry->catalogue;
    }
    pthread_mutex_unlock(&lock);
    return status;
}

void shelf_return(const struct catalogue **catalogue)
{
    if (!*catalogue)
        return;
    pthread_mutex_lock(&lock);
    struct shelved **link = &shelf;
    while (*link && (*link)->catalogue != *catalogue)
        link = &(*link)->next;
    struct shelved *entry = *link;
    if (entry && --entry->users == 0) {
        *link = entry->next;
        catalogue_free(&entry->catalogue);
        free(entry->folder);
        free(entry);
    }
    pthread_mutex_unlock(&lock);
    *catalogue = NULL;
}
