"""File kinds by their first bytes, for formats that announce themselves."""

# (offset, bytes, kind); the first match wins.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"II+\x00", "tiff"),
    (0, b"MM\x00+", "tiff"),
    (0, b"8BPS", "psd"),
    (0, b"\xd7\xcd\xc6\x9a", "wmf"),
    (0, b"\x01\x00\x09\x00\x00\x03", "wmf"),
    (40, b" EMF", "emf"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gz"),
    (0, b"BZh", "bz2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zst"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"MSCF\x00\x00\x00\x00", "cab"),
    (257, b"ustar", "tar"),
    (0, b"JwwData.", "jww"),
    (0, b"AC10", "dwg"),
    (0, b"AutoCAD Binary DXF", "dxf"),
    (0, b"V5_CFV2", "cad"),
    (4, b"Standard Jet DB", "mdb"),
    (4, b"Standard ACE DB", "mdb"),
    (0, b"SQLite format 3\x00", "sqlite"),
    (0, b"PAR1", "parquet"),
    (0, b"ARROW1", "arrow"),
    (0, b"\x89HDF\r\n\x1a\n", "hdf5"),
    (0, b"MATLAB 5.0 MAT-file", "mat"),
    (0, b"\x89MCAP0\r\n", "mcap"),
    (0, b"\x89GBE\r\n\x1a\n", "edge"),
    (0, b"ULog\x01\x12\x35", "ulog"),
    (0, b"#ROSBAG V2.0\n", "rosbag1"),
    (0, b"{\\rtf", "rtf"),
    (0, b"ID3", "audio"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "audio"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "video"),  # ASF: wmv, wma
    (0, b"\x00\x00\x01\xba", "video"),
    (0, b"FLV\x01", "video"),
    (0, b"\x7fELF", "elf"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "lnk"),
    (0, b"\x00\x01\x00\x00\x00", "font"),
    (0, b"OTTO", "font"),
    (0, b"ttcf", "font"),
    (0, b"wOFF", "font"),
    (0, b"wOF2", "font"),
)
RIFF_KINDS = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "video"}
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
LZH_METHODS = frozenset(b"-lh" + bytes([c]) + b"-" for c in b"01234567d") | {b"-lzs-", b"-lz4-", b"-lz5-"}


def kind_by_signature(head: bytes) -> str:
    """Recognise a binary format by its first bytes; empty when none fits."""
    for offset, magic, kind in SIGNATURES:
        if head.startswith(magic, offset) and not (kind == "dwg" and not head[4:6].isdigit()):
            return _within(kind, head)
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return RIFF_KINDS.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in HEIF_BRANDS else "audio" if head[8:11] == b"M4A" else "video"
    if head[2:7] in LZH_METHODS and len(head) > 21:
        return "lzh"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[14:18] in BMP_HEADER_SIZES:
        return "bmp"
    if head[:2] == b"MZ" and len(head) > 64:
        return "exe"
    # DocuWorks: a BER sequence of application tag 0 whose first element is a one-byte version.
    if head[:1] == b"\x60" and head[2:4] == b"\x82\x01" and 0x08 <= head[1] <= 0x20:
        return "docuworks"
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xfa", b"\xff\xf1", b"\xff\xf9"):
        return "audio"
    return "pdf" if b"%PDF-" in head[:1024] else ""


def _within(kind: str, head: bytes) -> str:
    """Tell recordings from the general containers they lie in: EBML of enDAQ loggers, SQLite of ROS 2 bags."""
    if kind == "video" and head.startswith(b"\x1aE\xdf\xa3") and b"\x42\x82\x84mide" in head[:64]:
        return "ide"
    if kind == "sqlite" and b"CREATE TABLE messages" in head and b"CREATE TABLE topics" in head:
        return "rosbag2"
    return kind


BMP_HEADER_SIZES = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
