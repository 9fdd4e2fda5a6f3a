/* office.c - the asking side of LibreOffice: one resident that stays warm, behind a mutex.
 *
 * It has a folder for its profile and its files, which goes when the program ends. What can fail:
 * the document (its reason is LibreOffice's own), or LibreOffice itself, which is begun anew with
 * the next document then.
 */
#include "proto/doors/office_private.h"

#include "proto/doors/process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OFFICE_MEMORY_BYTES (4ull << 30) /* of addresses: it maps its libraries */

/* ---- the program ---- */

/* Where distributions and LibreOffice's own packages put it. */
static const char *const programs[] = {
    "/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program"};

/* NULL where LibreOffice, or the part of it that `window` belongs to, isn't there. Even unseen, a
 * document is opened in a window, whose description is in the package with a desktop only. */
static const char *program_folder(const char *window)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/../share/config/soffice.cfg/modules/%s", programs[i],
                 window);
        if (access(path, R_OK) == 0)
            return programs[i];
    }
    return NULL;
}

bool office_reads_text(void)
{
    return program_folder("swriter/ui/annotation.ui") != NULL;
}

bool office_reads_sheets(void)
{
    return program_folder("scalc/ui/inputbar.ui") != NULL;
}

/* ---- in the asker ---- */

static struct {
    pthread_mutex_t lock;
    struct process_resident *resident;
    unsigned documents; /* that it has converted */
    pid_t owner;        /* who made the folder: a fork of ours must not remove it */
    char folder[200];
} office = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int remove_entry(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    (void)found, (void)kind, (void)where;
    return remove(path);
}

static void end_office(void)
{
    process_resident_close(&office.resident);
    if (office.folder[0] && office.owner == getpid())
        nftw(office.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    office.folder[0] = '\0';
}

static enum status make_folder(struct error *error)
{
    const char *root = getenv("TMPDIR");
    if (office.folder[0])
        return STATUS_OK;
    snprintf(office.folder, sizeof office.folder, "%s/xianzhi-office-XXXXXX",
             root && *root ? root : "/tmp");
    if (!mkdtemp(office.folder)) {
        office.folder[0] = '\0';
        return fail(error, STATUS_RETRY,
                    "no temporary folder can be made (%s): set TMPDIR to one that has room",
                    strerror(errno));
    }
    if (!office.owner)
        atexit(end_office);
    office.owner = getpid();
    return STATUS_OK;
}

static enum status begin_office(struct error *error)
{
    enum { GIB = 1 << 30 };
    struct process_limits limits = {
        .memory_bytes = 4ull * GIB, .output_bytes = 256ull << 20, .time_ms = OFFICE_TIME_MS};
    if (office.resident && office.documents < OFFICE_DOCUMENTS)
        return STATUS_OK;
    process_resident_close(&office.resident);
    office.documents = 0;
    const char *program = program_folder("");
    enum status status = make_folder(error);
    if (!status)
        status = process_resident_open(&office.resident, office_reside,
                                       slice_of(program ? program : programs[0]), office.folder,
                                       &limits, error);
    if (status)
        process_resident_close(&office.resident);
    return status;
}

static enum status convert_locked(struct slice bytes, struct slice question, const char *what,
                                  struct buffer *out, struct error *error)
{
    struct process_report report;
    struct buffer answer = {0};
    enum status status = begin_office(error);
    if (!status)
        status = process_resident_ask(office.resident, question, bytes, OFFICE_TIME_MS, &answer,
                                      out, &report, error);
    office.documents++;
    if (!status && report.end != PROCESS_DONE) {
        process_resident_close(&office.resident);
        buffer_clear(&answer);
        buffer_format(&answer, "%s", process_end_text(report.end));
    }
    if (!status && !slice_equal(buffer_slice(&answer), SLICE("ok")))
        status = fail(error, STATUS_BAD,
                      "%s, which LibreOffice can't open (无法打开; %.*s): open it in its program, "
                      "save it as docx or xlsx, and submit that",
                      what, SLICE_ARGS(buffer_slice(&answer)));
    buffer_release(&answer);
    return status;
}

enum status office_convert(struct slice bytes, const char *from, const char *to, const char *what,
                           struct buffer *out, struct error *error)
{
    char question[32];
    snprintf(question, sizeof question, "%s %s", from, to);
    pthread_mutex_lock(&office.lock);
    enum status status = convert_locked(bytes, slice_of(question), what, out, error);
    pthread_mutex_unlock(&office.lock);
    return status;
}
