"""Archives and XML that want to harm: bombs, links out, names out of the folder."""

from __future__ import annotations

import io
import struct
import zipfile

from tests.desk.corpus.making import (
    HEAD,
    MAIN,
    OLE,
    READ,
    ROWS,
    SHEET,
    book,
    cell,
    entry,
    sheet_xml,
    with_parts,
    xml_rows,
)

# --- archives -------------------------------------------------------------------------------


@entry("bomb-ratio-1000.xlsx", "desk.too_big_inside")
def _bomb() -> bytes:
    return with_parts({SHEET: sheet_xml(b" " * (120 * 1024 * 1024))})


@entry("bomb-whose-directory-lies.xlsx", "desk.unreadable", "desk.too_big_inside")
def _lying_bomb() -> bytes:
    line = b"<row>" + cell("0" * 900) + b"</row>"
    content = bytearray(with_parts({SHEET: sheet_xml(line * 200_000)}))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(signature)
        while at >= 0:
            if struct.unpack_from("<I", content, at + place)[0] > 100_000_000:
                struct.pack_into("<I", content, at + place, 1000)
            at = content.find(signature, at + 4)
    return bytes(content)


@entry("bomb-of-words.xlsx", "desk.too_big_inside", "desk.unreadable")
def _shared_strings_bomb() -> bytes:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 32_000}</t></si></sst>'.encode()
    rows = (b"<row>" + b'<c t="s"><v>0</v></c>' * 150 + b"</row>") * 800
    return with_parts({SHEET: sheet_xml(rows), "xl/sharedStrings.xml": strings})


@entry("zip-in-a-zip.xlsx", "desk.not_a_table")
def _nested() -> bytes:
    content = book()
    for _ in range(5):
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.writestr("inner.xlsx", content)
        content = output.getvalue()
    return content


entry("zip-within-a-workbook.xlsx")(lambda: with_parts(added={"xl/media/inner.zip": _nested()}))
entry("names-that-climb.xlsx")(lambda: with_parts(added={"../../../../tmp/linli-climbed": b"x", "/etc/cron.d/x": b"x"}))
entry("empty-archive.xlsx", "desk.not_a_table", "desk.unreadable", "desk.wrong_extension")(
    lambda: b"PK\x05\x06" + bytes(18)
)
entry("cut-in-half.xlsx", "desk.unreadable")(lambda: book()[: len(book()) // 2])
entry("not-an-archive.xlsx", "desk.unreadable")(lambda: b"PK\x03\x04" + bytes(500))


@entry("symlink.xlsx")
def _symlink() -> bytes:
    output = io.BytesIO(book())
    with zipfile.ZipFile(output, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return output.getvalue()


@entry("wrong-checksum.xlsx", "desk.unreadable")
def _wrong_crc() -> bytes:
    content = bytearray(book())
    name = SHEET.encode()
    at = content.find(name)
    content[at + len(name) + 20] ^= 0xFF
    return bytes(content)


@entry("locked-entry.xlsx", "desk.password", "desk.unreadable")
def _locked_entry() -> bytes:
    content = bytearray(book())
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


@entry("3000-entries.xlsx", "desk.too_big_inside")
def _many_entries() -> bytes:
    return with_parts(added={f"xl/{number}.xml": b"" for number in range(3_000)})


entry("locked.xlsx", "desk.password", "desk.wrong_extension")(
    lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
)

# --- XML ------------------------------------------------------------------------------------


@entry("billion-laughs.xlsx", "desk.unreadable", READ, check=lambda rows: len(str(rows)) < 2_000)
def _laughs() -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha" * 10) for n in range(10))
    sheet = sheet_xml(b"<row>" + cell("&l9;") + b"</row>" + xml_rows(ROWS))
    return with_parts({SHEET: sheet.replace(b"?>", b"?><!DOCTYPE x [" + entities + b"]>", 1)})


def _entity(declaration: bytes) -> bytes:
    sheet = sheet_xml(b"<row>" + cell("&e;") + b"</row>" + xml_rows(ROWS))
    return with_parts({SHEET: sheet.replace(b"?>", b"?><!DOCTYPE x [" + declaration + b"]>", 1)})


for _name, _declaration in (
    ("entity-of-a-file.xlsx", b'<!ENTITY e SYSTEM "file:///etc/passwd">'),
    ("entity-of-the-net.xlsx", b'<!ENTITY e SYSTEM "http://127.0.0.1:9/x">'),
    ("entity-with-parameters.xlsx", b'<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'),
):
    entry(_name, "desk.unreadable", READ, check=lambda rows: "root:" not in str(rows))(
        lambda declaration=_declaration: _entity(declaration)
    )

entry("half-a-sheet.xlsx", "desk.unreadable")(lambda: with_parts({SHEET: HEAD + b"<sheetData><row><c><v>1"}))
entry("no-sheet.xlsx", "desk.unreadable", "desk.empty_file")(lambda: with_parts({SHEET: b""}))
entry("deep-nesting.xlsx", "desk.unreadable", "desk.empty_file", "desk.too_big_inside")(
    lambda: with_parts({SHEET: HEAD + b"<a>" * 400_000})
)
entry("sheet-in-utf-16.xlsx", "desk.unreadable", "desk.empty_file", READ)(
    lambda: with_parts({SHEET: lambda body: body.decode().replace("UTF-8", "UTF-16").encode("utf-16")})
)
