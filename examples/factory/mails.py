"""Mails people kept on the share: a complaint with its answer quoted, a drawing sent on, one saved by Outlook."""

from __future__ import annotations

import base64
import email.header
import email.utils
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, timezone

from examples.factory import company
from examples.factory.company import Factory, File
from examples.writing.outlook import Mail, message

JST = timezone(timedelta(hours=9))
OLD_FORMS = str.maketrans("髙﨑", "高崎")
CODECS = {"iso-2022-jp": "iso2022_jp", "shift_jis": "cp932", "utf-8": "utf-8"}


def build(factory: Factory) -> Iterator[File]:
    """Three mails in three encodings and forms."""
    rng = factory.rng("mails")
    number, name, *_ = company.PRODUCTS[4]
    yield _complaint(factory, rng, number, name)
    yield _delivery(factory, rng, number, name)
    yield _saved(factory, rng, number, name)


def _signature(person: str) -> list[str]:
    return ["", "━" * 20, company.NAME, f"品質保証部 {person}", "TEL: 0266-00-0000 / FAX: 0266-00-0001", "━" * 20]


def _complaint(factory: Factory, rng: random.Random, number: str, name: str) -> File:
    """An answer with the question quoted below it, in ISO-2022-JP as mail programs here wrote for decades."""
    day = factory.day(rng, 300)
    person = factory.person(rng, "品質保証部").translate(OLD_FORMS)  # ISO-2022-JP has no 髙
    own = [
        f"{company.CUSTOMERS[0].strip('㈱')} 御中",
        "",
        f"お問い合わせの{name}（{number}）の件、調査結果をご連絡いたします。",
        "・該当ロットの内径は規格内でした（φ25 +0.021/0）。",
        "・面取り部のバリ残りを3個確認しました。",
        f"対策書は{day + timedelta(days=7):%m月%d日}までにお送りいたします。",
    ]
    quoted = [
        "",
        "2024年2月1日(木) 9:12 購買 <kobai@customer.example>:",
        "> 受入検査で不具合がありました。",
        "> 至急ご確認ください。",
    ]
    subject = f"Re: {name}の不具合について"
    data = _eml(subject, person, day, [*own, *_signature(person), *quoted], "iso-2022-jp", [])
    truth: dict[str, object] = {"title": subject, "text": own[2:], "left_out": quoted[1:]}
    return File(f"02_品質保証部/メール/{day:%Y%m%d}_不具合回答.eml", data, "メール", "eml", truth, day=day)


def _delivery(factory: Factory, rng: random.Random, number: str, name: str) -> File:
    """A mail with a CSV attached whose name and contents are in Shift_JIS."""
    day, person = factory.day(rng, 300), factory.person(rng, "品質保証部")
    rows = ["測定項目,規格,測定値", "内径,φ25 H7,25.012", "全長,120±0.1,120.03", ""]
    own = [
        "関係者各位",
        "",
        f"{number} {name}の測定データを添付します。",
        "1) 内径はすべて規格内です。",
        "2) 全長は次回ロットから全数測定とします。",
    ]
    subject = f"{number} 測定データ送付"
    attached = [("測定結果.csv", "\r\n".join(rows).encode("cp932"))]
    data = _eml(subject, person, day, [*own, *_signature(person)], "shift_jis", attached)
    truth: dict[str, object] = {"title": subject, "text": own[2:], "attachments": ["測定結果.csv"]}
    return File(f"02_品質保証部/メール/{day:%Y%m%d}_測定データ.eml", data, "メール", "eml", truth, day=day)


def _saved(factory: Factory, rng: random.Random, number: str, name: str) -> File:
    """A mail dragged out of Outlook."""
    day, person, other = factory.day(rng, 300), factory.person(rng, "品質保証部"), factory.person(rng, "生産技術部")
    own = [
        f"{other.split()[0]}さん",
        "",
        f"図面 {number} の改訂をお願いします。",
        "・φ25 の公差を H7 から H8 に変更",
        "・注記に面取り C0.3 を追加",
    ]
    quoted = [
        "-----Original Message-----",
        f"差出人: {other}",
        f"送信日時: {day:%Y年%m月%d日} 8:30",
        f"宛先: {person}",
        "件名: 図面改訂の件",
        "",
        "改訂内容を教えてください。",
    ]
    sent = datetime.combine(day, time(13, 20), JST)
    mail = Mail(
        subject="RE: 図面改訂の件",
        sender=(person, "qa@kirigahara.example"),
        to=((other, "pe@kirigahara.example"),),
        sent=sent,
        body="\r\n".join([*own, "", *quoted]),
        attachments=(("改訂依頼.txt", f"{number} 公差変更 H7→H8\r\n".encode("cp932")),),
    )
    truth: dict[str, object] = {
        "title": mail.subject,
        "text": own[2:],
        "left_out": quoted,
        "attachments": ["改訂依頼.txt"],
    }
    return File(f"03_生産技術部/メール/{day:%Y%m%d}_図面改訂.msg", message(mail), "メール", "msg", truth, day=day)


def _eml(
    subject: str, person: str, day: object, lines: Sequence[str], charset: str, attached: Sequence[tuple[str, bytes]]
) -> bytes:
    moment = datetime.combine(day, time(10, 5), JST)  # type: ignore[arg-type]
    heads = [
        f"From: {_coded(person, charset)} <qa@kirigahara.example>",
        "To: kobai@customer.example",
        f"Subject: {_coded(subject, charset)}",
        f"Date: {email.utils.format_datetime(moment)}",
        f"Message-ID: <{moment:%Y%m%d%H%M}.{len(lines)}@kirigahara.example>",
        "MIME-Version: 1.0",
    ]
    body = "\r\n".join(lines).encode(CODECS[charset], "replace")
    text = [f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64", "", _base64(body)]
    if not attached:
        return "\r\n".join([*heads, *text]).encode("ascii")
    parts = ["--b", *text]
    for name, data in attached:
        named = f'filename="{_coded(name, charset)}"'
        parts += ["--b", "Content-Type: text/csv", f"Content-Disposition: attachment; {named}"]
        parts += ["Content-Transfer-Encoding: base64", "", _base64(data)]
    return "\r\n".join([*heads, 'Content-Type: multipart/mixed; boundary="b"', "", *parts, "--b--", ""]).encode("ascii")


def _coded(words: str, charset: str) -> str:
    data = words.encode(CODECS[charset], "replace")
    return f"=?{charset}?B?{base64.b64encode(data).decode('ascii')}?="


def _base64(data: bytes) -> str:
    text = base64.b64encode(data).decode("ascii")
    return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76)) + "\r\n"
