"""One company's exchange with everything it needs, wired once and handed to every use case."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from genba.model.exchange import Outgoing
from genba.model.settings import Settings
from genba.ports.database import Database
from genba.ports.exchange import Http, Identity, Rules, Signer, Vault, Verifier


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def new_pid() -> str:
    """Make an id for a process, an agreement or a message."""
    return f"urn:uuid:{uuid.uuid4()}"


def new_token() -> str:
    """Make a secret of 256 bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the use cases work with; every part can be replaced, as tests do."""

    home: Path
    settings: Settings
    database: Database
    identity: Identity
    signer: Signer
    verifier: Verifier
    vault: Vault
    http: Http
    rules: Rules
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = new_pid
    new_token: Callable[[], str] = new_token
    nudge: Callable[[], None] = lambda: None  # wakes whoever sends messages, after a commit
    hand_over: Callable[[tuple[Outgoing, ...]], None] | None = None  # takes what a commit has queued, leased already

    @property
    def participant(self) -> str:
        """Our own id."""
        return self.settings.participant

    @property
    def protocol_address(self) -> str:
        """The base address that partners send messages to."""
        return f"{self.settings.protocol.address}/dsp/2025-1"
