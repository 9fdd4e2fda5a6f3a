/* config_check.c - `xianzhi config check [FILE]`: the file as the commands read it, none of them
 * run. The main thread. */
#include "deploy/commands/config.h"

#include "proto/base/memory.h"
#include "proto/base/visible.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command config_command;

#define INSTALLED_CONFIG "/etc/xianzhi/xianzhi.yaml"

static const struct command *const *all_commands;

void config_know(const struct command *const *commands)
{
    all_commands = commands;
}

static bool known_command(struct slice name)
{
    for (const struct command *const *command = all_commands; *command; command++)
        if (slice_equal(slice_of((*command)->name), name))
            return true;
    return false;
}

static int check(const char *file)
{
    setenv("XIANZHI_CONFIG", file, 1);
    const struct yaml *yaml = config_load(file, config_command.name);
    if (!yaml)
        return EXIT_FAILED;
    if (yaml->root->kind != YAML_MAP) {
        config_wrong(yaml, &config_command, yaml->root, "a map of commands is wanted: `broker:` …");
        return EXIT_FAILED;
    }
    int code = EXIT_DONE;
    for (const struct yaml_node *key = yaml->root->first; key; key = key->next)
        if (!known_command(key->text)) {
            config_wrong(yaml, &config_command, key, "there is no such command");
            code = EXIT_FAILED;
        }
    config_set_checking(true);
    for (const struct command *const *command = all_commands; *command; command++) {
        char *words[] = {memory_copy_text((*command)->name), NULL};
        if (*command != &config_command && yaml_get(yaml->root, (*command)->name) &&
            (*command)->run(1, words) != EXIT_DONE)
            code = EXIT_FAILED;
        free(words[0]);
    }
    config_set_checking(false);
    if (code == EXIT_DONE)
        visible_printf(stdout, "%s: all right\n", file);
    return code;
}

static int run(int argc, char **argv)
{
    int first, code;
    const struct option_spec options[] = {{0}};
    if (!options_parse(&config_command, options, argc, argv, &first, &code))
        return code;
    if (argc - first < 1 || argc - first > 2 || strcmp(argv[first], "check") != 0)
        return complain(config_command.name, EXIT_USAGE, "say `xianzhi %s`",
                        config_command.synopsis);
    const char *named = getenv("XIANZHI_CONFIG");
    return check(argc - first > 1 ? argv[first + 1] : named && *named ? named : INSTALLED_CONFIG);
}

const struct command config_command = {
    .name = "config",
    .synopsis = "config check [FILE]",
    .help = TR("check the file that services take their options from"),
    .run = run,
};
