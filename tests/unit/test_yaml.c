/* test_yaml.c - the tree, its positions, and what is refused. */
#include "proto/base/yaml.h" /* before cmocka.h, whose macro fail() hides ours */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct yaml_node *parse(struct yaml *yaml, const char *text)
{
    struct error error = {0};
    if (yaml_parse(yaml, "t.yaml", slice_of(text), &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return yaml->root;
}

static void refused(const char *text, const char *expected)
{
    struct yaml yaml = {0};
    struct error error = {0};
    assert_int_equal(yaml_parse(&yaml, "t.yaml", slice_of(text), &error), STATUS_BAD);
    if (!strstr(error.text, expected))
        fail_msg("\"%s\" does not say \"%s\"", error.text, expected);
    assert_null(yaml.root);
    yaml_release(&yaml);
}

static void tree_with_positions(void **state)
{
    (void)state;
    struct yaml yaml = {0};
    const struct yaml_node *root = parse(
        &yaml, "# units\n件:\n  also: [起, 宗]\n  factor: 1.5\n  money: true\n'元': \"12\"\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 2);
    const struct yaml_node *piece = yaml_get(root, "件");
    assert_non_null(piece);
    assert_int_equal(root->first->line, 2);
    assert_int_equal(root->first->column, 1);
    const struct yaml_node *also = yaml_get(piece, "also");
    assert_int_equal(also->kind, YAML_LIST);
    assert_int_equal(also->count, 2);
    assert_string_equal(also->first->next->text.data, "宗");
    assert_int_equal(also->first->next->line, 3);
    assert_int_equal(also->first->next->column, 13); /* characters, not bytes */
    double factor = 0;
    assert_true(yaml_number(yaml_get(piece, "factor"), &factor));
    assert_true(factor == 1.5);
    bool money = false;
    assert_true(yaml_flag(yaml_get(piece, "money"), &money));
    assert_true(money);
    assert_false(yaml_number(yaml_get(root, "元"), &factor)); /* quoted: a text */
    assert_null(yaml_get(root, "里"));
    assert_null(yaml_get(also, "里"));
    assert_null(yaml_get(NULL, "里"));
    yaml_release(&yaml);
}

static void mistakes_name_their_place(void **state)
{
    (void)state;
    refused("a: 1\nb: [1, 2\nc: 3\n", "t.yaml:3:");
    refused("a: 1\n乙: 2\na: 3\n", "t.yaml:3:1: key \"a\" is given twice (first in line 1)");
    refused("a: &x 1\nb: *x\n", "t.yaml:1:4: anchors");
    refused("- *x\n", "t.yaml:1:3: anchors");
    refused("? [a]\n: 1\n", "t.yaml:1:3: a key must be");
    refused("a: 1\n---\nb: 1\n", "t.yaml:2:1: a second document");
    refused("# nothing\n", "empty");
    refused("", "empty");
    refused("a: 1\nb: 乙\xff\n", "t.yaml:2:5: invalid leading UTF-8 octet: save the file as UTF-8");
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[2 * YAML_MAX_DEPTH + 8] = {0};
    memset(text, '[', YAML_MAX_DEPTH + 1);
    memset(text + YAML_MAX_DEPTH + 1, ']', YAML_MAX_DEPTH + 1);
    struct yaml yaml = {0};
    parse(&yaml, text);
    yaml_release(&yaml);
    memset(text, '[', YAML_MAX_DEPTH + 2);
    memset(text + YAML_MAX_DEPTH + 2, ']', YAML_MAX_DEPTH + 2);
    refused(text, "nested too deeply");
}

static void files(void **state)
{
    (void)state;
    char path[] = "/tmp/test_yaml.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a: b\n", 5), 5);
    close(fd);
    struct yaml yaml = {0};
    struct error error = {0};
    assert_int_equal(yaml_load(&yaml, path, &error), STATUS_OK);
    assert_string_equal(yaml_get(yaml.root, "a")->text.data, "b");
    assert_int_equal(yaml_fail(&yaml, yaml.root->first, &error, "no %s", "good"), STATUS_BAD);
    char expected[64];
    snprintf(expected, sizeof expected, "%s:1:1: no good", path);
    assert_string_equal(error.text, expected);
    yaml_release(&yaml);
    unlink(path);
    assert_int_equal(yaml_load(&yaml, path, &error), STATUS_RETRY);
    assert_non_null(strstr(error.text, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_with_positions),
        cmocka_unit_test(mistakes_name_their_place),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
