"""What else lies on a share: broken, locked, misnamed and hostile files, archives, foreign formats, rubbish."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence

import xlwt

from examples.factory.company import Factory, File
from examples.factory.csv_logs import lines
from examples.writing import archives, ole, pictures
from examples.writing.cells import HEAD
from examples.writing.package import Package, zip_bytes
from examples.writing.spreadsheet import Workbook


def build(factory: Factory) -> Iterator[File]:
    """Every file that is not simply a document."""
    yield from _broken(factory)
    yield from _misnamed(factory)
    yield from _odd_names(factory)
    yield from _archives(factory)
    yield from _hostile()
    yield from _foreign(factory)
    yield from _rubbish()
    yield from _photographs(factory)


def _small_book(title: str, rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook(title, "共有PC01")
    sheet = book.sheet("Sheet1")
    sheet.row(1, 1, rows[0], HEAD)
    for number, row in enumerate(rows[1:], 2):
        sheet.row(number, 1, row)
    return book.to_bytes()


def _broken(factory: Factory) -> Iterator[File]:
    rng = factory.rng("broken")
    whole = _small_book(
        "在庫", [["品番", "在庫数"], *[[f"KG-{rng.randrange(1000, 9999)}", rng.randrange(900)] for _ in range(300)]]
    )
    yield File("04_購買部/在庫表_送信失敗.xlsx", whole[: len(whole) * 2 // 3], "在庫表", "xlsx", {}, ("truncated",))
    yield File("04_購買部/見積依頼_R7.docx", b"", "見積依頼", "docx", {}, ("empty",))
    secret = rng.randbytes(6000)
    yield File("04_購買部/単価表_社外秘.xlsx", ole.encrypted_package(secret), "単価表", "xlsx", {}, ("encrypted",))


def _misnamed(factory: Factory) -> Iterator[File]:
    rng = factory.rng("misnamed")
    rows = [["設備", "稼働率(%)"], *[[f"MC-0{n}", f"{rng.uniform(60, 95):.1f}"] for n in range(1, 6)]]
    truth = {"columns": rows[0], "rows": 5, "is_really": "csv", "encoding": "cp932"}
    yield File("01_製造部/稼働率.xlsx", lines(rows).encode("cp932"), "稼働率", "csv", truth, ("wrong-extension",))
    book = _small_book("点検", [["点検日", "結果"], ["R7.4.1", "良"], ["R7.5.1", "良"]])
    truth = {"columns": ["点検日", "結果"], "rows": 2, "is_really": "xlsx"}
    yield File("03_生産技術部/点検結果.xls", book, "点検結果", "xlsx", truth, ("wrong-extension",))
    table = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
    head = '<head><meta charset="shift_jis"><title>稼働率出力</title></head>'
    page = f"<html>{head}<body><table border=1>{table}</table></body></html>"
    truth = {"columns": rows[0], "rows": 5, "is_really": "html", "encoding": "cp932"}
    yield File("01_製造部/システム出力_稼働率.xls", page.encode("cp932"), "稼働率", "html", truth, ("wrong-extension",))


def _odd_names(factory: Factory) -> Iterator[File]:
    body = lines([["品名", "数量"], ["六角ﾎﾞﾙﾄ", 120]]).encode("cp932")
    truth: dict[str, object] = {"columns": ["品名", "数量"], "rows": 1}
    long_name = "【重要】_最終版_本当に最終_" + "改訂確認依頼" * 11 + ".csv"
    names = (
        ("04_購買部/㈲鳥羽沢メッキ工業/ﾒｯｷ依頼①.csv", "halfwidth-kana-name"),
        ("04_購買部/" + unicodedata.normalize("NFD", "ガイドブッシュ一覧") + ".csv", "nfd-name"),
        ("99_共有/" + long_name, "long-name"),
        ("99_共有/🔧至急🔧 治具リスト.csv", "emoji-name"),
        ("99_共有/  新しいフォルダー/  先頭空白.csv", "leading-space-name"),
    )
    for number, (path, trouble) in enumerate(names):
        yield File(
            path, body + f"平座金,{number}\r\n".encode("cp932"), "部品リスト", "csv", truth | {"rows": 2}, (trouble,)
        )


def _archives(factory: Factory) -> Iterator[File]:
    rng = factory.rng("archives")
    rows: list[list[object]] = [
        ["日付", "数量"],
        *[[f"2025/05/{day:02d}", rng.randrange(50, 200)] for day in range(1, 21)],
    ]
    daily = lines(rows).encode("cp932")
    note = "旧システムからの移行データ。様式は①を参照。\r\n".encode("cp932")
    members = [("2025年5月/日報データ.csv", daily), ("2025年5月/はじめにお読みください.txt", note)]
    truth: dict[str, object] = {"members": [name for name, _ in members]}
    yield File("99_共有/旧/5月分.zip", archives.zip_cp932(members), "まとめ", "zip", truth, ("cp932-member-names",))
    yield File("99_共有/旧/5月分.lzh", archives.lzh(members), "まとめ", "lzh", truth, ("cp932-member-names",))
    yield File("99_共有/旧/5月分.7z", archives.seven_zip(members), "まとめ", "7z", truth)
    yield File("99_共有/旧/5月分.tar.gz", archives.tar_gz(members), "まとめ", "tar.gz", truth)
    book = _small_book("型番", [["型番", "型名"], ["D-101", "絞り型"], ["D-102", "抜き型"]])
    nested = zip_bytes([("金型/台帳.xlsx", book), ("金型/明細.zip", archives.zip_cp932([("型図面一覧.csv", daily)]))])
    listed = ["金型/台帳.xlsx", "金型/明細.zip", "金型/明細.zip/型図面一覧.csv"]
    yield File(
        "03_生産技術部/金型課/金型データ一式.zip", nested, "まとめ", "zip", {"members": listed}, ("nested-archive",)
    )


def _hostile() -> Iterator[File]:
    folder = "99_共有/隔離/"
    yield File(
        folder + "受信添付.zip", archives.zip_bomb(), "不審", "zip", {"unpacked_bytes": 300 << 20}, ("zip-bomb",)
    )
    slip = zip_bytes(
        [
            ("../../startup.bat", b"echo off\r\n"),
            ("/etc/cron.d/job", b"x\n"),
            ("C:\\Windows\\x.txt", b"x"),
            ("正常.txt", "無害".encode()),
        ]
    )
    yield File(folder + "請求書.zip", slip, "不審", "zip", {"safe_members": ["正常.txt"]}, ("path-traversal",))
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{entities}]><d>&l9;</d>'
    yield File(folder + "注文.xml", laughs.encode(), "不審", "xml", {}, ("entity-expansion",))
    local = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>'
    yield File(folder + "注文2.xml", local.encode(), "不審", "xml", {}, ("external-entity",))


def _foreign(factory: Factory) -> Iterator[File]:
    rng = factory.rng("foreign")
    noise = rng.randbytes(3000)
    yield File(
        "02_品質保証部/検査課/検印済_図面.xdw",
        b"\x60\x0e\x82\x01\x00\x00\x00\x00" + noise,
        "図面",
        "xdw",
        {},
        ("convert",),
    )
    yield File("05_管理部/総務課/社内規程.jtd", ole.ichitaro("就業規則 第1章 総則"), "規程", "jtd", {}, ("convert",))
    yield File("03_生産技術部/図面/KG-2140-01.dwg", b"AC1027\0\0\0\0\0" + noise, "図面", "dwg", {}, ("convert",))
    yield File(
        "03_生産技術部/図面/レイアウト.jww", b"JwwData.\xbc\x02\x00\x00" + noise, "図面", "jww", {}, ("convert",)
    )
    yield File(
        "01_製造部/日報DB.mdb", b"\0\1\0\0Standard Jet DB\0\1\0\0\0" + noise, "データベース", "mdb", {}, ("convert",)
    )
    yield File("04_購買部/発注残.xlsb", _xlsb(), "発注残", "xlsb", {}, ("convert",))
    old = "安全衛生委員会 議事録\r平成20年6月"
    yield File(
        "05_管理部/総務課/議事録_H20.doc", ole.word97(old), "議事録", "doc", {"texts": old.split("\r")}, ("convert",)
    )
    yield File("02_品質保証部/品質月間.ppt", ole.powerpoint97("品質月間 スローガン"), "資料", "ppt", {}, ("convert",))


def _xlsb() -> bytes:
    package = Package()
    package.relate("", "officeDocument", "xl/workbook.bin")
    package.add(
        "xl/workbook.bin", b"\x83\x01\x00\x84\x01\x00", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    )
    return package.to_bytes()


def _rubbish() -> Iterator[File]:
    lock = b"\x08Tanaka K" + b" " * 46 + "\x08".encode("utf-16-le") + b"Tanaka K".ljust(108, b" ")
    yield File("01_製造部/手順書/~$WS-組立.docx", lock, "ごみ", "lock", {}, ("skip",))
    yield File("02_品質保証部/~$検査成績書.xlsx", lock, "ごみ", "lock", {}, ("skip",))
    yield File("99_共有/写真/Thumbs.db", ole.compound({"256_0a1b": bytes(64)}), "ごみ", "thumbs", {}, ("skip",))
    yield File("99_共有/desktop.ini", b"[.ShellClassInfo]\r\nIconIndex=1\r\n", "ごみ", "ini", {}, ("skip",))


def _photographs(factory: Factory) -> Iterator[File]:
    rng = factory.rng("photographs")
    places = (
        ("99_共有/写真/IMG_0412.jpg", "part", "JPEG"),
        ("99_共有/写真/IMG_0413.jpg", "defect", "JPEG"),
        ("02_品質保証部/不具合写真/キズ_KG-3305-00.jpg", "defect", "JPEG"),
        ("03_生産技術部/設備保全課/MC-05_外観.png", "machine", "PNG"),
    )
    for path, subject, kind in places:
        data = pictures.photograph(rng, subject, format=kind)
        yield File(path, data, "写真", "png" if kind == "PNG" else "jpeg", {"width": 320, "height": 240})


def old_workbook(factory: Factory) -> Iterator[File]:
    """An .xls with merged cells, as the oldest ledgers are."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("計測器台帳")
    bold = xlwt.easyxf(
        "font: bold on; align: horiz center, vert centre; borders: left thin, right thin, top thin, bottom thin"
    )
    plain = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    sheet.write_merge(0, 0, 0, 5, "計測器管理台帳", bold)
    header = (("管理番号", 0, 0), ("名称", 1, 1), ("校正", 2, 4), ("判定", 5, 5))
    for label, left, right in header:
        sheet.write_merge(1, 1 if left != right else 2, left, right, label, bold)
    for column, label in enumerate(("周期(月)", "前回", "次回"), 2):
        sheet.write(2, column, label, bold)
    rng = factory.rng("xls")
    rows: list[list[str]] = []
    for number in range(12):
        last = factory.day(rng, 360)
        row = [f"G-{number + 101}", rng.choice(("ノギス", "マイクロメータ", "ダイヤルゲージ", "ピンゲージ")), "12"]
        row += [f"{last:%Y/%m/%d}", f"{last.replace(year=last.year + 1, day=min(last.day, 28)):%Y/%m/%d}", "合格"]
        rows.append(row)
        for column, value in enumerate(row):
            sheet.write(number + 3, column, int(value) if column == 2 else value, plain)
    buffer = io.BytesIO()
    book.save(buffer)
    columns = ["管理番号", "名称", "校正/周期(月)", "校正/前回", "校正/次回", "判定"]
    truth: dict[str, object] = {
        "sheets": [{"name": "計測器台帳", "columns": columns, "rows": len(rows), "first": rows[0], "last": rows[-1]}],
        "merges": 5,
        "texts": ["計測器管理台帳"],
    }
    yield File("02_品質保証部/計測管理室/計測器台帳.xls", buffer.getvalue(), "計測器台帳", "xls", truth)
