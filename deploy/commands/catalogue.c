/* catalogue.c - `xianzhi catalogue`: its verbs, and `check`: are the indicator rules right, and do
 * they read their own examples as marked?
 *
 * One thread, no broker. Every problem is a line `file:line:column: what: what to do` on stderr.
 */
#include "deploy/commands/catalogue_diff.h"
#include "deploy/commands/catalogue_list.h"
#include "deploy/commands/catalogue_reviewed.h"
#include "deploy/commands/catalogue_train.h"
#include "deploy/commands/command.h"
#include "proto/base/paths.h"
#include "workers/extract/rule/check.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int run(int argc, char **argv);

const struct command catalogue_command = {
    .name = "catalogue",
    .synopsis = "catalogue list | check [FILE|FOLDER] [--reviewed STORE] | diff OLD NEW REPORT... "
                "| train FOLDER...",
    .help =
        TR("list the indicators, check their rules, see what a change does, learn from reports"),
    .run = run,
    .reads = true,
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

static int check_reviewed(const char *path, const char *store)
{
    char folder[PATH_MAX];
    if (path && !find_folder(path, folder))
        return complain("catalogue", EXIT_FAILED,
                        "%s: neither it nor a folder above it has a words.yaml", path);
    int code = check(path);
    return code ? code : catalogue_reviewed(path ? folder : NULL, store);
}

static int run(int argc, char **argv)
{
    const char *store = NULL;
    const struct option_spec options[] = {
        {"reviewed", 'r', OPTION_TEXT, &store, "DIR",
         TR("check: which decisions of this store the rules contradict or no longer need")},
        {0}};
    int first, code;
    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return catalogue_list(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "train") == 0)
        return catalogue_train(argc - 1, argv + 1);
    if (!options_parse(&catalogue_command, options, argc, argv, &first, &code))
        return code;
    int given = argc - first;
    if (given >= 4 && strcmp(argv[first], "diff") == 0)
        return catalogue_diff(argv[first + 1], argv[first + 2], argv + first + 3);
    if (given < 1 || given > 2 || strcmp(argv[first], "check") != 0)
        return complain("catalogue", EXIT_USAGE, "say `xianzhi %s`", catalogue_command.synopsis);
    const char *path = given > 1 ? argv[first + 1] : NULL;
    return store ? check_reviewed(path, store) : check(path);
}
