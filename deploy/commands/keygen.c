/* keygen.c - `xianzhi keygen`: CURVE key pairs as files (proto/keys.h has the format).
 *
 * With neither name nor role: the broker's pair and one for each role, enough to begin with.
 * Nothing is overwritten.
 */
#include "deploy/commands/command.h"

#include "proto/base/visible.h"
#include "proto/keys.h"

#include <stdio.h>

extern const struct command keygen_command;

static enum status make(const char *folder, const char *name, enum key_role role,
                        struct error *error)
{
    struct wire_keys pair;
    struct key_file file = {.role = role};
    enum status status = wire_make_keys(&pair, error);
    if (status)
        return status;
    snprintf(file.name, sizeof file.name, "%s", name);
    memcpy(file.public_key, pair.public_key, sizeof file.public_key);
    memcpy(file.secret_key, pair.secret_key, sizeof file.secret_key);
    status = key_file_write(&file, folder, error);
    explicit_bzero(&pair, sizeof pair);
    explicit_bzero(&file, sizeof file);
    if (!status)
        visible_printf(stdout, "%s/%s.secret\n%s/%s.public\n", folder, name, folder, name);
    return status;
}

static enum status make_all(const char *folder, struct error *error)
{
    enum status status = make(folder, key_role_name(KEY_BROKER), KEY_BROKER, error);
    for (unsigned role = 0; role < KEY_BROKER && !status; role++)
        status = make(folder, key_role_name(role), role, error);
    return status;
}

/* The broker looks for broker.secret, and clients for broker.public. */
static const char *objection(const char *folder, const char *name, const char *role)
{
    if (!folder)
        return TR("--out DIR is missing: where the key files go");
    if (name && !key_name_is_good(slice_of(name)))
        return TR("--name: 1 to 64 bytes, no slash, blank or quote, and no dot in front");
    if (name && !role)
        return TR(
            "--role is missing: what the holder may do (submit, work, subscribe, admin, review)");
    if (name && (strcmp(name, "broker") == 0) != (strcmp(role, "broker") == 0))
        return TR("the broker's pair, and only that, is called broker: choose another --name");
    return NULL;
}

static int run(int argc, char **argv)
{
    const char *folder = NULL, *name = NULL, *role_name = NULL;
    const struct option_spec options[] = {
        {"out", 'o', OPTION_TEXT, &folder, "DIR", TR("where NAME.secret and NAME.public go")},
        {"name", 'n', OPTION_TEXT, &name, "NAME", TR("whose key it is (the role's name)")},
        {"role", 'r', OPTION_TEXT, &role_name, "submit|work|subscribe|admin|review|broker",
         TR("what he may do; without: one pair of each")},
        {0},
    };
    int first, code;
    struct error error = {0};
    if (!options_parse(&keygen_command, options, argc, argv, &first, &code))
        return code;
    const char *wrong = objection(folder, name, role_name);
    if (!wrong && first != argc)
        wrong = TR("takes options only");
    if (wrong)
        return complain(keygen_command.name, EXIT_USAGE, "%s", wrong);
    enum key_role role = KEY_ADMIN;
    if (role_name)
        key_role_parse(slice_of(role_name), &role);
    enum status status =
        role_name ? make(folder, name ? name : role_name, role, &error) : make_all(folder, &error);
    return status ? complain_error(keygen_command.name, &error) : EXIT_DONE;
}

const struct command keygen_command = {
    .name = "keygen",
    .synopsis = "keygen --out DIR [--role submit|work|subscribe|admin|review|broker [--name NAME]]",
    .help = TR("make keys for brokers and clients on several machines"),
    .run = run,
};
