"""What proving who calls costs: CPU time for each message, verified and issued, and a log's links verified a second.

    python -m benchmarks.exchange.trust

Whole checks are timed as the engine calls them, with the key found before and every token another one; the memory of
tokens is a set, for the database's share is measured with the negotiations. joserfc verifies the same tokens beside
(signature only). PyJWT and other peers use the same library for the arithmetic.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.results import Measure
from genba.model.exchange import Partner
from genba.trust import jws
from genba.trust.access_tokens import write_access_token
from genba.trust.did_identity import DidIdentity
from genba.trust.jwk import PrivateKey, generate, jwk_of
from genba.trust.multikey import did_key, did_key_id, key_of_did
from genba.trust.scopes import write_scope
from genba.trust.self_issued import Checking, Issuing

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TOKENS = 1_000
ROUNDS = 5
ALGORITHMS = ("ES256", "Ed25519")
MOST_MS = 0.5  # for verifying one message


def identity(key: PrivateKey) -> DidIdentity:
    """A company named by its key that knows everybody."""
    did = did_key(key.public)
    numbers = iter(range(10**9))
    seen: set[tuple[str, str]] = set()
    keys = {}

    def find(kid: str, relationship: str) -> object:
        if kid not in keys:
            keys[kid] = key_of_did(kid.partition("#")[0])
        return keys[kid]

    def first_time(issuer: str, jti: str, expires: datetime) -> bool:
        new = (issuer, jti) not in seen
        seen.add((issuer, jti))
        return new

    issuing = Issuing(did=did, kid=did_key_id(did), key=key, now=lambda: NOW, new_id=lambda: f"{did}{next(numbers)}")
    checking = Checking(did=did, key=find, first_time=first_time)  # type: ignore[arg-type]
    return DidIdentity(issuing=issuing, checking=checking, partner=lambda did: Partner(id=did))


def cpu_ms(work: Callable[[object], object], items: Sequence[object]) -> float:
    """CPU milliseconds for one item."""
    before = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - before) * 1_000 / len(items)


def measure(alg: str) -> dict[str, float]:
    """One algorithm, the median of several rounds with fresh tokens."""
    rounds = [_round(alg) for _ in range(ROUNDS)]
    return {name: round(statistics.median(one[name] for one in rounds), 4) for name in rounds[0]}


def _round(alg: str) -> dict[str, float]:
    ours, theirs = identity(generate(alg)), identity(generate(alg))
    to_us = ours.participant
    tokens: list[str] = []
    issued = cpu_ms(lambda _: tokens.append(theirs.authorization(to_us)), range(TOKENS))
    ours.caller(theirs.authorization(to_us), now=NOW)
    scopes = (write_scope("MembershipCredential"),)
    return {
        "issue_ms": issued,
        "verify_ms": cpu_ms(lambda token: ours.caller(str(token), now=NOW), tokens),
        "access_token_ms": cpu_ms(lambda _: write_access_token(ours.issuing, to_us, scopes), range(TOKENS)),
        "signature_ms": _signature(theirs, tokens),
        "joserfc_signature_ms": _joserfc(alg, theirs, tokens),
    }


def _signature(signer: DidIdentity, tokens: list[str]) -> float:
    key = signer.issuing.key.public
    return cpu_ms(
        lambda token: jws.check(jws.read(str(token)), key), [token.removeprefix("Bearer ") for token in tokens]
    )


def _joserfc(alg: str, signer: DidIdentity, tokens: list[str]) -> float:
    from joserfc import jws as peer
    from joserfc.jwk import import_key

    key = import_key(jwk_of(signer.issuing.key.public))
    bare = [token.removeprefix("Bearer ") for token in tokens]
    return cpu_ms(lambda token: peer.deserialize_compact(str(token), key, algorithms=[alg]), bare)


def run() -> list[Measure]:
    """Verified and issued with both algorithms; the peer verifies the bare signature only."""
    measures = []
    for alg in ALGORITHMS:
        one = measure(alg)
        peers = {"joserfc (signature only)": one["joserfc_signature_ms"]}
        data = f"generated, {ROUNDS} × {TOKENS} tokens"
        measures.append(
            Measure(bar=f"trust.verify.{alg}", value=one["verify_ms"], data=data, peers=peers, count=TOKENS)
        )
        measures.append(Measure(bar=f"trust.issue.{alg}", value=one["issue_ms"], data=data, count=TOKENS))
    return measures


def main() -> int:
    """Print the figures; 1 when verifying a message costs more than it may."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    figures = {alg: measure(alg) for alg in ALGORITHMS}
    sys.stdout.write(f"{json.dumps(figures, indent=2)}\n")
    return 0 if figures["ES256"]["verify_ms"] <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
