"""Write the golden product anew, on purpose: python tests/golden/make.py — and say why in the changelog.

It holds the text files of a small product as the format's version writes them; Parquet and pictures are left out,
and who owns the files and may read them, which differs between machines.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.factory_product import refine

GOLDEN = Path(__file__).resolve().parent / "1.1"
MODIFIED = 1_760_000_000  # 2025-10-09
SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>作業標準書</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>文書番号</t></is></c><c r="B2" t="inlineStr"><is><t>WS-101</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>改訂</t></is></c><c r="B3" t="inlineStr"><is><t>第2版</t></is></c></row>
<row r="5"><c r="A5" t="inlineStr"><is><t>No.</t></is></c><c r="B5" t="inlineStr"><is><t>作業内容</t></is></c>
<c r="C5" t="inlineStr"><is><t>時間(分)</t></is></c></row>
<row r="6"><c r="A6"><v>1</v></c><c r="B6" t="inlineStr"><is><t>取り付ける</t></is></c><c r="C6"><v>3</v></c></row>
<row r="7"><c r="A7"><v>2</v></c><c r="B7" t="inlineStr"><is><t>締め付ける</t></is></c><c r="C7"><v>5</v></c></row>
</sheetData></worksheet>"""
WORKBOOK = {
    "[Content_Types].xml": """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
    "_rels/.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
 Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="xl/workbook.xml"/></Relationships>""",
    "xl/workbook.xml": """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="標準書" sheetId="1"
 r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
 Target="worksheets/sheet1.xml"/></Relationships>""",
    "xl/worksheets/sheet1.xml": SHEET,
}


def build_source(folder: Path) -> None:
    """A small share whose bytes depend on no library: stored, not compressed, with fixed times."""
    (folder / "製造部").mkdir(parents=True)
    files = {
        "製造部/点検手順_第3版.md": (
            "# 日常点検手順\n\n## 1. 目的\n\n本手順は、プレス機の日常点検を安全に行うことを目的とする。\n\n"
            "## 2. 手順\n\n1. 主電源を切る。\n2. 油量を確認する（基準 60±5 mm）。\n\n"
            "注意：作動中は手を入れないこと。\n\n"
            "|項目|基準|\n|-|-|\n|油量|60±5 mm|\n|異音|なきこと|\n"
        ).encode(),
        "製造部/温度記録.csv": "時刻,温度(℃),備考\r\n2025/10/01 08:00,21.5,\r\n2025/10/01 08:10,21.7,扉開\r\n".encode(
            "cp932"
        ),
        "引継ぎ.txt": "３号機　ﾎﾞﾙﾄ交換済み（令和7年10月1日）\n".encode("cp932"),
        "空.docx": b"",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder / "製造部" / "WS-101_作業標準書.xlsx", "w", zipfile.ZIP_STORED) as book:
        for name, text in WORKBOOK.items():
            book.writestr(zipfile.ZipInfo(name, (2025, 10, 9, 0, 0, 0)), text.encode())
    for path in folder.rglob("*"):
        os.utime(path, (MODIFIED, MODIFIED))


def build_product(folder: Path) -> Path:
    """Refine the small share below `folder`."""
    build_source(folder / "現場")
    refine(folder / "現場", folder / "product", "--workers", "1")
    return folder / "product"


def keep_texts(product: Path, target: Path) -> None:
    """Copy what the golden product holds, with a manifest of just that."""
    shutil.rmtree(target, ignore_errors=True)
    entries = []
    for path in sorted(product.rglob("*.json")):
        name = path.relative_to(product).as_posix()
        if name in ("manifest.json", "run.json") or name.startswith("."):
            continue
        data = json.loads(path.read_bytes())
        for key in ("owner", "access"):
            data.get("source", {}).pop(key, None)
        if name == "dataset.json":
            for document in data["documents"]:
                document["tables"] = []
        raw = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(raw)
        entries.append({"path": name, "size_bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()})
    manifest = {"format": "genba-manifest/1.0", "files": entries}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        keep_texts(build_product(Path(scratch)), GOLDEN)
