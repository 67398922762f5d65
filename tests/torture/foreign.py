"""Parts that no library writes for us: threads, slicer, pivot table, custom XML, web extension, ribbon, and more."""

from __future__ import annotations

from tests.torture.package import HEAD, MICROSOFT, OFFICE, SHEETML, WORKBOOK, Parts

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
PERSON = "{6F2A7A10-0000-4000-8000-000000000001}"


def add_people(book: Parts) -> None:
    """The persons who write in threads."""
    xml = (
        f'{HEAD}<personList xmlns="{_THREADED}" xmlns:x="{_MAIN}"><person displayName="佐藤 花子" id="{PERSON}" '
        'userId="hanako@example.com" providerId="None"/></personList>'
    )
    part = book.add("xl/persons/person.xml", xml, "application/vnd.ms-excel.person+xml")
    book.relate(WORKBOOK, f"{MICROSOFT}/2017/10/relationships/person", part)


def add_thread(book: Parts, sheet: str, number: int, cell: str, words: tuple[str, str]) -> None:
    """A thread of two comments in a cell of a sheet."""
    first, second = (f"{{6F2A7A10-0000-4000-8000-0000000001{number}{k}}}" for k in (1, 2))
    day = "2026-05-0{}T09:00:00.00"
    xml = (
        f'{HEAD}<ThreadedComments xmlns="{_THREADED}" xmlns:x="{_MAIN}">'
        f'<threadedComment ref="{cell}" dT="{day.format(1)}" personId="{PERSON}" id="{first}">'
        f"<text>{words[0]}</text></threadedComment>"
        f'<threadedComment ref="{cell}" dT="{day.format(2)}" personId="{PERSON}" id="{second}" parentId="{first}">'
        f"<text>{words[1]}</text></threadedComment></ThreadedComments>"
    )
    part = book.add(
        f"xl/threadedComments/threadedComment{number}.xml", xml, "application/vnd.ms-excel.threadedcomments+xml"
    )
    book.relate(sheet, f"{MICROSOFT}/2017/10/relationships/threadedComment", part)


def add_custom_xml(book: Parts) -> None:
    book.add("customXml/item1.xml", f'{HEAD}<memo xmlns="urn:example:memo">承認番号 2026-041</memo>')
    space = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    book.add(
        "customXml/itemProps1.xml",
        f'{HEAD}<ds:datastoreItem ds:itemID="{{6F2A7A10-0000-4000-8000-0000000000AA}}" xmlns:ds="{space}">'
        '<ds:schemaRefs><ds:schemaRef ds:uri="urn:example:memo"/></ds:schemaRefs></ds:datastoreItem>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    )
    book.relate("customXml/item1.xml", "customXmlProps", "customXml/itemProps1.xml")
    book.relate(WORKBOOK, "customXml", "customXml/item1.xml")


def add_properties(book: Parts) -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006"
    book.add(
        "docProps/custom.xml",
        f'{HEAD}<Properties xmlns="{space}/custom-properties" xmlns:vt="{space}/docPropsVTypes"><property '
        'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="部門"><vt:lpwstr>営業企画</vt:lpwstr></property>'
        "</Properties>",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    )
    book.relate("", "custom-properties", "docProps/custom.xml")


def add_web_extension(book: Parts) -> None:
    space = "http://schemas.microsoft.com/office/webextensions"
    book.add(
        "xl/webextensions/webextension1.xml",
        f'{HEAD}<we:webextension xmlns:we="{space}/webextension/2010/11" id="{{6F2A7A10-0000-4000-8000-0000000000BB}}">'
        '<we:reference id="wa104380955" version="1.0.0.0" store="ja-JP" storeType="OMEX"/><we:alternateReferences/>'
        f'<we:properties/><we:bindings/><we:snapshot xmlns:r="{OFFICE}"/></we:webextension>',
        "application/vnd.ms-office.webextension+xml",
    )
    panes = book.add(
        "xl/webextensions/taskpanes.xml",
        f'{HEAD}<wetp:taskpanes xmlns:wetp="{space}/taskpanes/2010/11"><wetp:taskpane dockstate="right" visibility="0" '
        f'width="350" row="1"><wetp:webextensionref xmlns:r="{OFFICE}" r:id="rIdUser1"/></wetp:taskpane>'
        "</wetp:taskpanes>",
        "application/vnd.ms-office.webextensiontaskpanes+xml",
    )
    book.relate(panes, f"{MICROSOFT}/2011/relationships/webextension", "xl/webextensions/webextension1.xml")
    book.relate("", f"{MICROSOFT}/2011/relationships/webextensiontaskpanes", panes)


def add_ribbon(book: Parts) -> None:
    part = book.add(
        "customUI/customUI14.xml",
        f'{HEAD}<customUI xmlns="{MICROSOFT}/2009/07/customui"><ribbon><tabs><tab id="mine" label="営業企画">'
        '<group id="g" label="集計"><button id="b" label="実行" onAction="Run"/></group></tab></tabs></ribbon>'
        "</customUI>",
    )
    book.relate("", f"{MICROSOFT}/2007/relationships/ui/extensibility", part)


def add_external_link(book: Parts) -> None:
    """A workbook that formulas of the user's name as [1]."""
    part = book.add(
        "xl/externalLinks/externalLink1.xml",
        f'{HEAD}<externalLink xmlns="{_MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rIdUser1"><sheetNames>'
        '<sheetName val="単価"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>1200</v>'
        "</cell></row></sheetData></sheetDataSet></externalBook></externalLink>",
        f"{SHEETML}.externalLink+xml",
    )
    book.relate(part, "externalLinkPath", "unit_prices.xlsx", outside=True)
    rid = book.relate(WORKBOOK, "externalLink", part)
    element = f'<externalReferences><externalReference xmlns:r="{OFFICE}" r:id="{rid}"/></externalReferences>'
    book.edit(WORKBOOK, "</sheets>", f"</sheets>{element}")


def add_printer(book: Parts, sheet: str, number: int) -> str:
    """What a printer's driver has stored for a sheet; gives the id of the relation."""
    book.ending("bin", f"{SHEETML}.printerSettings")
    part = book.add(f"xl/printerSettings/printerSettings{number}.bin", bytes(range(256)) * 2)
    return book.relate(sheet, "printerSettings", part)


def add_pivot(book: Parts, sheet: str, source: str) -> None:
    """A pivot table at A3 of a sheet, over A1:B4 of another: 部門 by 件数."""
    cache = book.add(
        "xl/pivotCache/pivotCacheDefinition1.xml",
        f'{HEAD}<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{OFFICE}" r:id="rIdUser1" refreshedBy="x" '
        'refreshedDate="46113" createdVersion="6" refreshedVersion="6" minRefreshableVersion="3" recordCount="3">'
        f'<cacheSource type="worksheet"><worksheetSource ref="A1:B4" sheet="{source}"/></cacheSource>'
        '<cacheFields count="2"><cacheField name="部門" numFmtId="0"><sharedItems count="2"><s v="東"/><s v="西"/>'
        '</sharedItems></cacheField><cacheField name="件数" numFmtId="0"><sharedItems containsSemiMixedTypes="0" '
        'containsString="0" containsNumber="1" containsInteger="1" minValue="3" maxValue="5"/></cacheField>'
        "</cacheFields></pivotCacheDefinition>",
        f"{SHEETML}.pivotCacheDefinition+xml",
    )
    records = book.add(
        "xl/pivotCache/pivotCacheRecords1.xml",
        f'{HEAD}<pivotCacheRecords xmlns="{_MAIN}" count="3"><r><x v="0"/><n v="3"/></r><r><x v="1"/><n v="4"/></r>'
        '<r><x v="0"/><n v="5"/></r></pivotCacheRecords>',
        f"{SHEETML}.pivotCacheRecords+xml",
    )
    book.relate(cache, "pivotCacheRecords", records)
    rid = book.relate(WORKBOOK, "pivotCacheDefinition", cache)
    caches = f'<pivotCaches><pivotCache cacheId="11" xmlns:r="{OFFICE}" r:id="{rid}"/></pivotCaches>'
    end = "<extLst>" if "<extLst>" in book.text(WORKBOOK) else "</workbook>"
    book.edit(WORKBOOK, end, f"{caches}{end}")
    pivot = book.add(
        "xl/pivotTables/pivotTable1.xml",
        f'{HEAD}<pivotTableDefinition xmlns="{_MAIN}" name="部門別" cacheId="11" dataOnRows="0" '
        'applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0" '
        'applyAlignmentFormats="0" applyWidthHeightFormats="1" dataCaption="値" updatedVersion="6" '
        'minRefreshableVersion="3" useAutoFormatting="1" itemPrintTitles="1" createdVersion="6" indent="0" '
        'outline="1" outlineData="1" multipleFieldFilters="0"><location ref="A3:B6" firstHeaderRow="1" '
        'firstDataRow="1" firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0">'
        '<items count="3"><item x="1"/><item x="0"/><item t="default"/></items></pivotField>'
        '<pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields>'
        '<rowItems count="3"><i><x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems><colItems count="1"><i/>'
        '</colItems><dataFields count="1"><dataField name="合計 / 件数" fld="1" baseField="0" baseItem="0"/>'
        "</dataFields></pivotTableDefinition>",
        f"{SHEETML}.pivotTable+xml",
    )
    book.relate(pivot, "pivotCacheDefinition", cache)
    book.relate(sheet, "pivotTable", pivot)


def add_table_with_slicer(book: Parts, sheet: str) -> tuple[str, str]:
    """A table over H1:I4 of a sheet and a slicer for it; gives the elements for the sheet: table parts, extension."""
    table = book.add(
        "xl/tables/table1.xml",
        f'{HEAD}<table xmlns="{_MAIN}" id="1" name="T_担当" displayName="T_担当" ref="H1:I4" totalsRowShown="0">'
        '<autoFilter ref="H1:I4"/><tableColumns count="2"><tableColumn id="1" name="担当"/>'
        '<tableColumn id="2" name="件数"/></tableColumns><tableStyleInfo name="TableStyleMedium2" '
        'showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>',
        f"{SHEETML}.table+xml",
    )
    rid = book.relate(sheet, "table", table)
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    x15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
    cache = book.add(
        "xl/slicerCaches/slicerCache1.xml",
        f'{HEAD}<slicerCacheDefinition xmlns="{x14}" xmlns:x="{_MAIN}" name="Slicer_担当" sourceName="担当"><extLst>'
        f'<x:ext uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{x15}"><x15:tableSlicerCache tableId="1" '
        'column="1"/></x:ext></extLst></slicerCacheDefinition>',
        "application/vnd.ms-excel.slicerCache+xml",
    )
    cache_rid = book.relate(WORKBOOK, f"{MICROSOFT}/2007/relationships/slicerCache", cache)
    slicer = book.add(
        "xl/slicers/slicer1.xml",
        f'{HEAD}<slicers xmlns="{x14}"><slicer name="担当" cache="Slicer_担当" caption="担当" rowHeight="241300"/>'
        "</slicers>",
        "application/vnd.ms-excel.slicer+xml",
    )
    slicer_rid = book.relate(sheet, f"{MICROSOFT}/2007/relationships/slicer", slicer)
    book.name("Slicer_担当", "#N/A")
    book.edit(
        WORKBOOK,
        "</workbook>",
        f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{x15}"><x15:slicerCaches '
        f'xmlns:x14="{x14}"><x14:slicerCache xmlns:r="{OFFICE}" r:id="{cache_rid}"/></x15:slicerCaches></ext></extLst>'
        "</workbook>",
    )
    return (
        f'<tableParts count="1"><tablePart r:id="{rid}"/></tableParts>',
        f'<ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" xmlns:x14="{x14}"><x14:slicerList><x14:slicer '
        f'r:id="{slicer_rid}"/></x14:slicerList></ext>',
    )


def slicer_anchor() -> str:
    """The slicer where it is drawn, with a box for programs that do not know slicers."""
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    corner = "<xdr:col>{}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    frame = (
        '<xdr:nvGraphicFramePr><xdr:cNvPr id="90" name="担当"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/drawing/2010/slicer"><sle:slicer '
        'xmlns:sle="http://schemas.microsoft.com/office/drawing/2010/slicer" name="担当"/></a:graphicData></a:graphic>'
    )
    box = (
        '<xdr:nvSpPr><xdr:cNvPr id="0" name=""/><xdr:cNvSpPr><a:spLocks noTextEdit="1"/></xdr:cNvSpPr></xdr:nvSpPr>'
        '<xdr:spPr><a:xfrm><a:off x="5000000" y="200000"/><a:ext cx="1828800" cy="2000000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:lstStyle/><a:p>'
        "<a:r><a:t>slicer</a:t></a:r></a:p></xdr:txBody>"
    )
    return (
        f"<xdr:twoCellAnchor><xdr:from>{corner.format(10, 0)}</xdr:from><xdr:to>{corner.format(13, 9)}</xdr:to>"
        f'<mc:AlternateContent xmlns:mc="{space}"><mc:Choice Requires="sle15" '
        'xmlns:sle15="http://schemas.microsoft.com/office/drawing/2012/slicer"><xdr:graphicFrame macro="">'
        f'{frame}</xdr:graphicFrame></mc:Choice><mc:Fallback><xdr:sp macro="" textlink="">{box}</xdr:sp></mc:Fallback>'
        "</mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor>"
    )
