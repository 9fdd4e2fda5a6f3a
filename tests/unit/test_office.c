/* test_office.c - LibreOffice where it is installed: warm after the first document, alive after a
 * bad one.
 */
#include "tests/unit/test.h"

#include "proto/doors/office.h"
#include "workers/ingest/format/format.h"

static struct buffer document;

static int begin(void **state)
{
    (void)state;
    if (!office_reads_text())
        print_message("left out: LibreOffice is not installed (libreoffice-writer)\n");
    read_file(XIANZHI_HOME "/tests/data/formats-optional/dev-04.doc", &document);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    buffer_release(&document);
    return 0;
}

static enum status convert(struct slice bytes, struct buffer *out, struct error *error)
{
    buffer_clear(out);
    return office_convert(bytes, "doc", "docx", "a document", out, error);
}

static void a_doc_becomes_a_docx_again_and_again(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct error error = {{0}};
    if (!office_reads_text())
        skip();
    for (int i = 0; i < 3; i++) {
        if (convert(buffer_slice(&document), &out, &error))
            fail_msg("%s", error.text);
        assert_ptr_equal(format_of(buffer_slice(&out)), &docx_format);
    }
    buffer_release(&out);
}

static void what_it_cant_open_is_refused_and_the_next_one_read(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct error error = {{0}};
    if (!office_reads_text())
        skip();
    struct slice cut = slice_range(buffer_slice(&document), 0, 600);
    assert_int_equal(convert(cut, &out, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "a document, which LibreOffice can't open (无法打开"));
    assert_int_equal(convert(buffer_slice(&document), &out, &error), STATUS_OK);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_doc_becomes_a_docx_again_and_again),
        cmocka_unit_test(what_it_cant_open_is_refused_and_the_next_one_read),
    };
    return cmocka_run_group_tests(tests, begin, stop);
}
