"""The truth of an instruction, kept while a house's style lays it out."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.generators.instructions.content import Content, Work


@dataclass(slots=True)
class Record:
    """Steps in the order a reader meets them, each with what it says."""

    content: Content
    steps: list[dict[str, object]] = field(default_factory=list)
    warnings: list[list[str]] = field(default_factory=list)

    def step(
        self, work: Work, number: str, text: str, *, figure: str = "", shows: frozenset[str] = frozenset()
    ) -> None:
        """Note a step; `shows` names what the style wrote down of it."""
        parts = [self.content.parts[work.part][0]] if work.part is not None and "part" in shows else []
        told = work.quantity is not None and ("quantity" in shows or work.is_inside)
        self.steps.append(
            {
                "number": number, "text": text, "verb": work.verb, "object": work.objects, "section": work.section,
                "parameters": [work.quantity.truth] if told and work.quantity and not work.is_withdrawn else [],
                "key_points": [work.key_point] if work.key_point and "key_point" in shows else [],
                "reasons": [work.reason] if work.reason and "reason" in shows else [],
                "figures": [figure] if figure else [],
                "tools": [work.tool] if work.tool and "tool" in shows else [],
                "parts": parts,
                "time_s": work.time_s if "time" in shows else None,
                "is_withdrawn": work.is_withdrawn,
            }
        )  # fmt: skip

    def warning(self, level: str, text: str) -> None:
        """Note a warning with its level."""
        self.warnings.append([level, text])

    def truth(self, kind: str, title: str) -> dict[str, object]:
        """Everything, as JSON holds it."""
        content = self.content
        return {
            "kind": kind, "title": title, "number": content.number, "product": content.product,
            "process": content.process, "product_number": content.product_number, "steps": self.steps,
            "warnings": self.warnings, "tools": content.tools, "ppe": content.ppe,
            "parts": [[number, name, quantity] for number, name, quantity, _ in content.parts],
        }  # fmt: skip
