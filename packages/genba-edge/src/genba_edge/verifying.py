"""Says whether batch files are whole, unbroken and in order, from their records alone: no sample is unpacked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genba_edge.errors import EdgeError
from genba_edge.frames import BLOCK, LOSS, Frame, Scan, holds_record, scan
from genba_edge.keys import SIGNED, key_id


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was found out about a file; `codes` are what is wrong with it."""

    name: str
    recorder: str = ""
    run: str = ""
    batch: int = -1
    samples: int = 0
    lost: int = 0  # samples that the recorder says it does not have
    proof: str = ""  # crc, sha256, hmac-sha256, ed25519: the strongest that holds
    codes: tuple[str, ...] = ()
    end: str = ""
    previous: str = ""

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong."""
        return not self.codes


def verify(paths: Iterable[Path], key: bytes = b"", signer: str = "") -> list[Verdict]:
    """Look at each file, then at how they follow each other; `signer` is a public key in hexadecimal."""
    verdicts = [_verify(path, key, signer) for path in paths]
    known: dict[tuple[str, str, int], Verdict] = {}
    for verdict in verdicts:
        if verdict.batch >= 0:
            place = (verdict.recorder, verdict.run, verdict.batch)
            before = known.get((verdict.recorder, verdict.run, verdict.batch - 1))
            runs = [one for one in known if one[:2] == place[:2]]
            if place in known:
                verdict.codes += ("twice",)
            elif before is None and runs:
                verdict.codes += ("gap_before",)
            elif before is not None and before.end and before.end != verdict.previous:
                verdict.codes += ("exchanged",)
            known[place] = verdict
    return verdicts


def _verify(path: Path, key: bytes, signer: str) -> Verdict:
    verdict = Verdict(name=path.name)
    entries: dict[str, Any] = {}

    def seen(frame: Frame, payload: bytes) -> None:
        if frame.kind == BLOCK:
            verdict.samples += frame.count
        elif frame.kind == LOSS:
            verdict.lost += int(json.loads(payload).get("count", 0))

    try:
        with open(path, "rb") as file:
            found = scan(file, key, seen)
            has_more = bool(found.header) and found.end < found.size and holds_record(file, found.end + 1)
        entries = json.loads(found.header) if found.header else {}
        if not found.end or not entries:
            verdict.codes = ("no_batch",)
            return verdict
        verdict.recorder, verdict.run, verdict.batch = str(entries["recorder"]), str(entries["run"]), entries["batch"]
        verdict.previous = (entries["previous"] or {}).get("end", "")
        chained = entries["chain"]["algorithm"], entries["chain"]["key"]
        if not isinstance(verdict.batch, int):
            raise TypeError
    except OSError:
        verdict.codes = ("unreadable",)
        return verdict
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        verdict.batch, verdict.codes = -1, ("damaged",)
        return verdict
    verdict.end = found.sealed.hex()
    is_keyed = chained[0] == "hmac-sha256"
    codes = _codes_of_the_end(found, has_more=has_more)
    if is_keyed and chained[1] != key_id(key):
        codes += ["other_key"] if key else []
        verdict.proof = "crc"
    elif not is_keyed and key:
        codes.append("no_key")
        verdict.proof = "sha256"
    elif not found.is_chained:
        codes.append("changed")
        verdict.proof = "crc"
    else:
        verdict.proof = str(chained[0])
    if signer:
        codes += _signature_codes(found.signature, found.sealed, signer)
        verdict.proof = "ed25519" if not codes else verdict.proof
    verdict.codes = tuple(codes)
    return verdict


def _codes_of_the_end(found: Scan, *, has_more: bool) -> list[str]:
    if has_more:
        return ["damaged"]
    if not found.trailer:
        return ["cut_off"]
    return [] if found.end == found.size else ["left_over"]


def _signature_codes(signature: bytes, sealed: bytes, signer: str) -> list[str]:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise EdgeError("needs_extra", extra="sign") from error
    try:
        entries = json.loads(signature) if signature else {}
        if entries.get("key") != signer:
            return ["not_signed"]
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
        public.verify(bytes.fromhex(entries["signature"]), SIGNED + sealed)
    except (InvalidSignature, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ["wrong_signature"]
    return []
