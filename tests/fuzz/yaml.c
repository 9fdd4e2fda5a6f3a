/* Catalogue files, as YAML. */
#include "tests/fuzz/fuzz.h"

#include "proto/base/yaml.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    if (!folder)
        return 0;
    struct buffer bytes = {0};
    buffer_add(
        &bytes,
        SLICE("r.accepted:\n  label: 受理\n  units: [件, '起']\n  weight: 1.5\n  flag: true\n"
              "  rules:\n    - say: \"<accept> .. N\"\n      allow: {a: b}\n  text: |\n    two\n   "
              " lines\n"));
    fuzz_seed(folder, "indicator", -1, &bytes);
    exit(0);
}

static void walk(const struct yaml_node *node)
{
    double number;
    bool flag;
    for (; node; node = node->next) {
        fuzz_touch(node->text);
        fuzz_require(node->line > 0 && node->column > 0, "a node without a place");
        yaml_number(node, &number);
        yaml_flag(node, &flag);
        walk(node->first);
        walk(node->value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = fuzz_copy(data, size);
    struct yaml yaml = {0};
    struct error error;
    if (yaml_parse(&yaml, "fuzz.yaml", bytes, &error) == STATUS_OK)
        walk(yaml.root);
    yaml_release(&yaml);
    free((char *)bytes.data);
    return 0;
}
