/* config.c - how commands read their settings from a file. The main thread, before any other. What
 * can fail: no such file, a mistake in it, an unknown option: each with its line and column.
 */
#include "deploy/commands/config.h"

#include "proto/base/memory.h"

#include <stdio.h>

static bool checking;

bool config_is_checking(void)
{
    return checking;
}

void config_set_checking(bool on)
{
    checking = on;
}

/* Read once, never released: options point into it. */
const struct yaml *config_load(const char *file, const char *command)
{
    static struct yaml yaml;
    struct error error;
    if (yaml.root)
        return &yaml;
    if (yaml_load(&yaml, file, &error) != STATUS_OK) {
        complain(command, EXIT_USAGE, "%s", error.text);
        return NULL;
    }
    return &yaml;
}

bool config_wrong(const struct yaml *yaml, const struct command *command,
                  const struct yaml_node *node, const char *what)
{
    struct error error;
    yaml_fail(yaml, node, &error, "%s", what);
    complain(command->name, EXIT_USAGE, "%s", error.text);
    return false;
}

static const struct option_spec *find(const struct option_spec *options, struct slice name)
{
    for (; options->name; options++)
        if (slice_equal(slice_of(options->name), name))
            return options;
    return NULL;
}

typedef bool take_option(const struct command *command, const struct option_spec *option,
                         const char *value);

static bool take_node(const struct yaml *yaml, const struct command *command,
                      const struct option_spec *option, const struct yaml_node *value,
                      take_option *take)
{
    bool on = false;
    if (option->kind == OPTION_FLAG) {
        if (!yaml_flag(value, &on))
            return config_wrong(yaml, command, value, "true or false is wanted here");
        return !on || take(command, option, NULL);
    }
    if (value->kind == YAML_SCALAR)
        return take(command, option, value->text.data) ||
               config_wrong(yaml, command, value, "this value is not taken");
    if (value->kind != YAML_LIST || option->kind != OPTION_LIST)
        return config_wrong(yaml, command, value, "one value is wanted here");
    for (const struct yaml_node *item = value->first; item; item = item->next)
        if (item->kind != YAML_SCALAR || !take(command, option, item->text.data))
            return config_wrong(yaml, command, item, "this value is not taken");
    return true;
}

bool config_apply(const char *file, const struct command *command,
                  const struct option_spec *options, bool *given, take_option *take)
{
    const struct yaml *yaml = config_load(file, command->name);
    if (!yaml)
        return false;
    const struct yaml_node *section = yaml_get(yaml->root, command->name);
    if (section && section->kind != YAML_MAP)
        return config_wrong(yaml, command, section, "options with their values are wanted here");
    for (const struct yaml_node *key = section ? section->first : NULL; key; key = key->next) {
        const struct option_spec *option = find(options, key->text);
        if (!option) {
            char what[160];
            snprintf(what, sizeof what, "%s has no option %.*s: see `xianzhi %s --help`",
                     command->name, SLICE_ARGS(key->text), command->name);
            return config_wrong(yaml, command, key, what);
        }
        bool *is_given = &given[option - options];
        if (!*is_given && !take_node(yaml, command, option, key->value, take))
            return false;
        *is_given = true;
    }
    return true;
}
