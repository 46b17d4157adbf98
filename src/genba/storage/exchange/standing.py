"""How much there is of everything, for those who watch an exchange."""

from genba.ports.database import Transaction


def negotiations_by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """Count negotiations by our role and their state; one that nobody has answered yet has an empty state."""
    rows = tx.execute("SELECT role, COALESCE(state, ''), COUNT(*) FROM negotiations GROUP BY role, state")
    return {(role, state): int(count) for role, state, count in rows}


def transfers_by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """Count transfers by our role and their state."""
    rows = tx.execute("SELECT role, COALESCE(state, ''), COUNT(*) FROM transfers GROUP BY role, state")
    return {(role, state): int(count) for role, state, count in rows}


def agreements_in_force(tx: Transaction) -> dict[str, int]:
    """Count agreements by our role: final, and not withdrawn."""
    rows = tx.execute("SELECT role, COUNT(*) FROM agreements WHERE final = 1 AND withdrawn_at IS NULL GROUP BY role")
    return {role: int(count) for role, count in rows}


def open_notices(tx: Transaction) -> int:
    """Count what waits for a person."""
    return int(tx.execute("SELECT COUNT(*) FROM notices WHERE done_at IS NULL")[0][0])
