/* catalogue.c - `xianzhi catalogue check`: are the indicator rules right, and do they read their
 * own examples as marked?
 *
 * One thread, no broker. Every problem is a line `file:line:column: what: what to do` on stderr.
 */
#include "deploy/commands/catalogue_diff.h"
#include "deploy/commands/command.h"
#include "workers/extract/rule/check.h"
#include "workers/paths.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int run(int argc, char **argv);

const struct command catalogue_command = {
    .name = "catalogue",
    .synopsis = "catalogue check [FILE|FOLDER] | diff OLD NEW REPORT...",
    .help = "check the indicator rules, or see what a change to them does",
    .run = run,
};

static bool is_catalogue(const char *folder)
{
    char path[PATH_MAX + 32];
    struct stat info;
    snprintf(path, sizeof path, "%s/words.yaml", folder);
    return stat(path, &info) == 0;
}

/* The folder that holds words.yaml: `path` itself or one above it. */
static bool find_folder(const char *path, char *folder)
{
    if (!realpath(path, folder))
        return false;
    while (!is_catalogue(folder)) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            return false;
        *slash = '\0';
    }
    return true;
}

/* The path as seen from where the user stands, if it lies below. */
static const char *nearer(const char *path)
{
    static char here[PATH_MAX];
    size_t len = getcwd(here, sizeof here) ? strlen(here) : 0;
    return len > 1 && strncmp(path, here, len) == 0 && path[len] == '/' ? path + len + 1 : path;
}

static int report(const struct problems *problems, const struct check_counts *counts)
{
    if (problems->text.len)
        fwrite(problems->text.data, 1, problems->text.len, stderr);
    printf("%zu indicators, %zu scopes, %zu rules, %zu examples: ", counts->indicators,
           counts->scopes, counts->rules, counts->examples);
    if (problems->errors)
        printf("%zu mistakes", problems->errors);
    else
        printf("all right");
    if (problems->warnings)
        printf(", %zu warnings", problems->warnings);
    printf("\n");
    return problems->errors ? EXIT_FAILED : EXIT_DONE;
}

static int check(const char *path)
{
    char folder[PATH_MAX], file[PATH_MAX];
    struct problems problems = {0};
    struct check_counts counts;
    struct error error;
    const char *only = NULL;
    if (!path) {
        if (data_path("workers/extract/catalogue", folder, sizeof folder, &error))
            return complain_error("catalogue", &error);
    } else if (!realpath(path, file)) {
        return complain("catalogue", EXIT_FAILED, "%s: no such file or folder", path);
    } else if (!find_folder(path, folder)) {
        return complain("catalogue", EXIT_FAILED,
                        "%s: neither it nor a folder above it has a words.yaml", path);
    } else if (strcmp(file, folder) != 0) {
        only = file;
    }
    catalogue_check(nearer(folder), only, &problems, &counts);
    int code = report(&problems, &counts);
    problems_release(&problems);
    return code;
}

static int run(int argc, char **argv)
{
    int first, code;
    if (!options_parse(&catalogue_command, (struct option_spec[]){{0}}, argc, argv, &first, &code))
        return code;
    int given = argc - first;
    if (given >= 4 && strcmp(argv[first], "diff") == 0)
        return catalogue_diff(argv[first + 1], argv[first + 2], argv + first + 3);
    if (given < 1 || given > 2 || strcmp(argv[first], "check") != 0)
        return complain("catalogue", EXIT_USAGE, "say `xianzhi %s`", catalogue_command.synopsis);
    return check(given > 1 ? argv[first + 1] : NULL);
}
