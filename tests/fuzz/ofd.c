/* OFD: documents, resources, pages; and the layout of pages that they end in. */
#include "tests/fuzz/office.h"

#include "workers/ingest/format/ofd/drawing.h"

static const char *const names[] = {"OFD.xml", "D/Document.xml", "D/Res.xml",
                                    "D/0.xml", "D/a.gif",        NULL};

static const char *const seeds[][2] = {
    {"page",
     "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>\x1e<Document><CommonData>"
     "<PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea><PublicRes>Res.xml</PublicRes>"
     "<TemplatePage ID='7' BaseLoc='0.xml'/></CommonData><Pages><Page ID='1' "
     "BaseLoc='0.xml'/><Page "
     "ID='2' BaseLoc='0.xml'/></Pages></Document>\x1e<Res><CompositeGraphicUnit ID='9'><Content>"
     "<TextObject Boundary='1 1 9 9' Size='5'><TextCode X='0' "
     "Y='5'>9</TextCode></TextObject></Content>"
     "</CompositeGraphicUnit></Res>\x1e<Page><Template TemplateID='7'/><Content><Layer><TextObject "
     "Boundary='20 40 100 6' Size='5' CTM='1 0 0 1 2 3' HScale='0.5'><TextCode X='0' Y='5' "
     "DeltaX='g 3 "
     "5 2.5' DeltaY='0 1'>受理126件 a</TextCode></TextObject><TextObject Boundary='20 50 9 9' "
     "Size='5'>"
     "<TextCode X='0' Y='5'>类别</TextCode><TextCode X='40' Y='5'>9</TextCode></TextObject>"
     "<CompositeObject ResourceID='9' Boundary='20 60 9 "
     "9'/><PathObject Boundary='20 40 60 20'><AbbreviatedData>M 0 0 L 60 0 L 60 20 L 0 20 C M 0 "
     "9 L 60 9 M 30 0 L 30 20</AbbreviatedData></PathObject></Layer></Content></Page>"},
    {"picture",
     "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>\x1e<Document><CommonData>"
     "<PublicRes>Res.xml</PublicRes></CommonData><Pages><Page ID='1' BaseLoc='0.xml'/></Pages>"
     "</Document>\x1e<Res BaseLoc='.'><MultiMedias><MultiMedia ID='3'><MediaFile>a.gif</MediaFile>"
     "</MultiMedia></MultiMedias></Res>\x1e<Page><Content><Layer><ImageObject ResourceID='3' "
     "Boundary='1 2 30 40' CTM='30 0 0 40 0 0'/><TextObject Boundary='20 40 100 6' Size='5'>"
     "<TextCode X='0' "
     "Y='5'>&lt;script&gt;&amp;9件</TextCode></TextObject></Layer></Content></Page>\x1eGIF89a"},
};

/* `svg` as it goes on behind a "<". */
static bool is_our_tag(struct slice svg)
{
    static const struct slice tags[] = {{"svg", 3},   {"rect", 4}, {"g", 1},
                                        {"image", 5}, {"text", 4}, {"path", 4}};
    bool closes = slice_starts(svg, SLICE("/"));
    svg = slice_from(svg, closes);
    size_t end = 0;
    while (end < svg.len && !strchr(" />", svg.data[end]))
        end++;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (slice_equal(slice_range(svg, 0, end), tags[i]))
            return true;
    return false;
}

/* A drawing is what we write: no control character, and no tag but ours. */
static void draw(struct slice parts)
{
    static char packed[PACKED_BYTES];
    struct slice bytes = office_pack(names, parts, packed);
    struct buffer svg = {0};
    struct error error;
    if (ofd_draw_here(bytes, 1, &svg, &error) == STATUS_OK)
        for (size_t i = 0; i < svg.len; i++) {
            fuzz_require((unsigned char)svg.data[i] >= 0x20 || svg.data[i] == '\n', "a control");
            fuzz_require(svg.data[i] != '<' || is_our_tag(slice_from(buffer_slice(&svg), i + 1)),
                         "a tag");
        }
    buffer_release(&svg);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return office_seeds(seeds, sizeof seeds / sizeof *seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    draw((struct slice){(const char *)data, size});
    return office_fuzz(&ofd_format, names, data, size);
}
