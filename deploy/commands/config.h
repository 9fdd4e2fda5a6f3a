/* config.h - options out of a file: what a service is started with, written down once.
 *
 * A YAML map of commands, each a map of its long options: `broker: {data: DIR, bind: ENDPOINT}`.
 * An option that is given on the command line goes before the file's. Named by --config FILE or by
 * $XIANZHI_CONFIG.
 */
#ifndef XIANZHI_DEPLOY_CONFIG_H
#define XIANZHI_DEPLOY_CONFIG_H

#include "deploy/commands/command.h"
#include "proto/base/yaml.h"

/* Gives `take` the values that `file` has for the command's options, but for those `given` (by
 * place in `options`; marked when taken). False after a complaint with file, line and column. The
 * texts live as long as the process. */
bool config_apply(const char *file, const struct command *command,
                  const struct option_spec *options, bool *given,
                  bool (*take)(const struct command *command, const struct option_spec *option,
                               const char *value));

/* The file, read once; NULL after a complaint. */
const struct yaml *config_load(const char *file, const char *command);
/* Complains with file, line and column; false. */
bool config_wrong(const struct yaml *yaml, const struct command *command,
                  const struct yaml_node *node, const char *what);

/* Which commands there are: `config check` goes through them. Once, before the first one runs. */
void config_know(const struct command *const *commands);

/* While it checks, a command reads its options and does nothing else: see options_parse. */
bool config_is_checking(void);
void config_set_checking(bool on);

#endif
