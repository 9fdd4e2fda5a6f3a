/* element.c - what is passed over wherever it stands in a docx, and what a switch says. No state.
 */
#include "workers/ingest/format/docx/body_private.h"

bool is_on(struct xml *xml)
{
    struct slice value = xml_attribute(xml, "val");
    return !slice_equal(value, SLICE("0")) && !slice_equal(value, SLICE("false")) &&
           !slice_equal(value, SLICE("off")) && !slice_equal(value, SLICE("none"));
}

bool is_passed_over(const struct xml_node *node)
{
    static const char *const names[] = {
        "del",         "moveFrom",   "pPrChange",  "rPrChange",     "sectPrChange",
        "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange", "numberingChange",
        "sectPr",      "delText",    "instrText",  "delInstrText",  "Fallback",
        "rt",          "sdtPr",      "sdtEndPr",   "smartTagPr",    "customXmlPr",
        "fldData",     "ffData",     "tblGrid",    "tblPr",         "rubyPr",
        "annotation",
    };
    for (size_t i = 0; node->kind == XML_OPEN && i < sizeof names / sizeof *names; i++)
        if (xml_is(node, names[i]))
            return true;
    return false;
}
