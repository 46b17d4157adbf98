"""Files dropped into documents, inside the OLE objects that Office wraps around them."""

import struct

from genba.formats.ooxml.embedded import OLE_MAGIC, _native, unwrap


def test_what_is_no_ole_object_stays_as_it_is():
    assert unwrap(b"PK\x03\x04", "book.xlsx") == ("book.xlsx", b"PK\x03\x04")
    assert unwrap(OLE_MAGIC + b"broken", "oleObject1.bin") == ("oleObject1.bin", OLE_MAGIC + b"broken")


def test_a_packaged_file_keeps_its_japanese_name():
    name, path, content = "検査表.csv".encode("cp932"), b"C:\\temp\\a.csv", b"a,b\n"
    stream = (
        bytes(4) + b"\x02\0" + name + b"\0" + path + b"\0" + bytes(4)
        + struct.pack("<I", len(path) + 1) + path + b"\0" + struct.pack("<I", len(content)) + content
    )  # fmt: skip
    assert _native(stream) == ("検査表.csv", content)
