/* Pages of words and ruled lines, as pdftotext and the OCR stage say them: rows, columns, tables.
 */
#include "tests/fuzz/decoder.h"

#define WORD(x0, y0, x1, y1, text)                                                                 \
    "<word xMin=\"" x0 "\" yMin=\"" y0 "\" xMax=\"" x1 "\" yMax=\"" y1 "\">" text "</word>\n"
#define RULE(x0, y0, x1, y1)                                                                       \
    "<rule xMin=\"" x0 "\" yMin=\"" y0 "\" xMax=\"" x1 "\" yMax=\"" y1 "\"/>\n"
#define PAGE "<page width=\"600\" height=\"800\">\n"

static const char *const seeds[][2] = {
    {"prose", PAGE WORD("50", "100", "550", "112", "受理行政复议案件")
                  WORD("50", "116", "90", "128", "9件。")
                      WORD("290", "770", "310", "782", "—3—") "</page>\n" PAGE WORD(
                          "50", "700", "90", "708", "[1]注") "</page>\n"},
    {"gaps", PAGE WORD("50", "140", "70", "152", "指标") WORD("200", "140", "220", "152", "件数")
                 WORD("50", "160", "70", "172", "复议") WORD("200", "160", "210", "172", "39")
                     WORD("50", "180", "70", "192", "应诉") WORD("200", "180", "205", "192", "9")},
    {"ruled", "<page width=\"600\" height=\"800\" ocr=\"1\">\n" RULE("50", "100", "170", "100")
                  RULE("50", "120", "170", "120") RULE("50", "140", "170", "141")
                      RULE("50", "100", "50", "140") RULE("110", "120", "110", "140")
                          RULE("170", "100", "171", "140") WORD("52", "104", "100", "116", "类别")
                              WORD("53", "124", "160", "136", "一二三4&amp;9")},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return office_seeds(seeds, sizeof seeds / sizeof *seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return decoder_fuzz(&pdf_format, data, size);
}
