/* Workbooks: sheets, texts, number formats, merged cells. */
#include "tests/fuzz/office.h"

static const char *const names[] = {"xl/workbook.xml",
                                    "xl/_rels/workbook.xml.rels",
                                    "xl/sharedStrings.xml",
                                    "xl/styles.xml",
                                    "xl/worksheets/s1.xml",
                                    "xl/worksheets/s2.xml",
                                    NULL};

static const char *const seeds[][2] = {
    {"sheets",
     "<workbook><workbookPr date1904='1'/><sheets><sheet name='执法' r:id='a' xmlns:r='r'/><sheet "
     "name='Sheet2' r:id='b' state='hidden' xmlns:r='r'/></sheets></workbook>\x1e<Relationships>"
     "<Relationship Id='a' Target='worksheets/s1.xml'/><Relationship Id='b' "
     "Target='/xl/worksheets/s2.xml'/></Relationships>\x1e<sst><si><t>类别</t></si><si><r><t>a</"
     "t></r>"
     "<rPh><t>b</t></rPh></si></sst>\x1e<styleSheet><numFmts><numFmt numFmtId='170' "
     "formatCode='[红色]0.0,&quot;万&quot;;(0)\\x_ *-;@'/></numFmts><cellXfs><xf "
     "numFmtId='170'/><xf "
     "numFmtId='14'/><xf numFmtId='10'/></cellXfs></styleSheet>\x1e<worksheet><cols><col min='2' "
     "max='3' hidden='1'/></cols><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B2' s='1'>"
     "<v>45300.5</v></c><c t='inlineStr'><is><t>x</t></is></c></row><row r='2' hidden='0'><c "
     "r='A2' "
     "s='2'><v>0.98</v></c><c r='D2' t='b'><v>1</v></c></row></sheetData><mergeCells><mergeCell "
     "ref='A1:B2'/></mergeCells></worksheet>\x1e<worksheet/>"},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return office_seeds(seeds, sizeof seeds / sizeof *seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&workbook_format, names, data, size);
}
