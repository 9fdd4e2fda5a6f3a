/* Word documents: story, styles, lists, notes. */
#include "tests/fuzz/office.h"

static const char *const names[] = {"word/document.xml", "word/styles.xml", "word/numbering.xml",
                                    "word/footnotes.xml", NULL};

static const char *const seeds[][2] = {
    {"paragraphs",
     "<w:document xmlns:w='w'><w:body><w:p><w:pPr><w:pStyle w:val='a'/><w:numPr><w:ilvl w:val='1'/>"
     "<w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:rPr><w:vanish/><w:strike w:val='0'/></w:rPr>"
     "<w:t xml:space='preserve'> 9件 </w:t><w:tab/><w:br/><w:sym w:font='Symbol' w:char='F039'/>"
     "<w:footnoteReference "
     "w:id='2'/></w:r><w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins>"
     "<w:r><w:t>2</w:t></w:r></w:ins></w:p><w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:p>"
     "</w:body></w:document>\x1e<w:styles xmlns:w='w'><w:style w:styleId='a' w:default='1' "
     "w:type='paragraph'><w:name w:val='toc 1'/><w:basedOn w:val='a'/><w:pPr><w:numPr><w:numId "
     "w:val='1'/></w:numPr><w:outlineLvl w:val='1'/></w:pPr></w:style></w:styles>\x1e<w:numbering "
     "xmlns:w='w'><w:abstractNum w:abstractNumId='0'><w:styleLink w:val='s'/><w:lvl w:ilvl='1'>"
     "<w:start w:val='3'/><w:numFmt w:val='chineseCounting'/><w:lvlRestart w:val='1'/><w:isLgl/>"
     "<w:suff w:val='space'/><w:lvlText w:val='%1.%2、'/><w:pStyle "
     "w:val='a'/></w:lvl></w:abstractNum>"
     "<w:num w:numId='1'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='1'><w:startOverride "
     "w:val='5'/></w:lvlOverride></w:num></w:numbering>\x1e<w:footnotes xmlns:w='w'><w:footnote "
     "w:id='2'><w:p><w:r><w:t>注</w:t></w:r></w:p></w:footnote></w:footnotes>"},
    {"tables",
     "<w:document xmlns:w='w' xmlns:mc='m'><w:body><w:tbl><w:tr><w:trPr><w:gridBefore w:val='1'/>"
     "</w:trPr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge w:val='restart'/></w:tcPr><w:p><w:r>"
     "<w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc></w:tr><w:tr>"
     "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></"
     "w:tc><w:tc><w:p><w:r><mc:AlternateContent><mc:Choice>"
     "<w:txbxContent><w:p><w:r><w:t>b</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback/>"
     "</mc:AlternateContent></w:r></w:p></w:tc></w:tr></w:tbl><w:sdt><w:sdtPr><w:docPartGallery "
     "w:val='Table of Contents'/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt></w:body>"
     "</w:document>"},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return office_seeds(seeds, sizeof seeds / sizeof *seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&docx_format, names, data, size);
}
