"""A step of an instruction as lines that answer a question without the rest of the document."""

from collections.abc import Iterator

from genba.formats.markup import escape
from genba.model.instruction import Check, Hazard, Instruction, Parameter, Part, Step, WarningLevel

WARNINGS = {WarningLevel.DANGER: "危険", WarningLevel.WARNING: "警告", WarningLevel.CAUTION: "注意"}


def step_lines(step: Step) -> Iterator[str]:
    """Say what a step's parts say, one fact a line, each behind what it is; escaped for Markdown.

    Facts that the step's own wording says word by word are not said twice; quantities are, since there they stand
    with their name, unit and limits together.
    """
    said = squeezed(step.text)
    for parameter in step.parameters:
        yield f"条件: {escape(parameter_text(parameter))}"
    for name, texts in (("急所", step.key_points), ("理由", step.reasons)):
        for text in texts:
            if squeezed(text) not in said:
                yield f"{name}: {escape(text)}"
    for check in step.checks:
        yield f"確認: {escape(check_text(check))}"
    for hazard in step.warnings:
        yield escape(hazard_text(hazard))
    if tools := [tool for tool in step.tools if squeezed(tool) not in said]:
        yield f"工具: {escape('、'.join(tools))}"
    if parts := [part_text(part) for part in step.parts if not is_said(part, said)]:
        yield f"部品: {escape('、'.join(parts))}"
    for branch in step.branches:
        if squeezed(branch.condition) not in said or squeezed(branch.target) not in said:
            yield f"分岐: {escape(branch.condition)} → {escape(branch.target)}"
    if step.time_s is not None:
        yield f"時間: {duration_text(step.time_s)}"


def general_lines(instruction: Instruction) -> Iterator[str]:
    """Say what holds for all steps."""
    for name, texts in (
        ("保護具", instruction.protective_equipment),
        ("必要資格", instruction.qualifications),
        ("工具", instruction.tools),
        ("部品", tuple(map(part_text, instruction.parts))),
    ):
        if texts:
            yield f"{name}: {escape('、'.join(texts))}"
    for hazard in instruction.warnings:
        yield escape(hazard_text(hazard))


def parameter_text(parameter: Parameter) -> str:
    """Give a quantity with its name and, where a tolerance hides them, its limits: 12±0.5 N·m（11.5～12.5 N·m）."""
    written = parameter.as_written
    if parameter.name and squeezed(parameter.name) not in squeezed(written):
        written = f"{parameter.name} {written}"
    if parameter.tolerance and squeezed(parameter.tolerance) not in squeezed(written):
        written = f"{written} {parameter.tolerance}"
    if parameter.unit and squeezed(parameter.unit) not in squeezed(written):
        written = f"{written} {parameter.unit}"
    lower, upper = parameter.lower, parameter.upper
    if lower is not None and upper is not None and parameter.value is not None:
        written = f"{written}（{number_text(lower)}～{number_text(upper)} {parameter.unit}".rstrip() + "）"
    return written


def check_text(check: Check) -> str:
    """Give how a result is judged, each part behind its name."""
    parts = [check.characteristic] if check.characteristic else []
    for name, text in (
        ("方法", check.method),
        ("基準", check.criterion),
        ("計測器", check.instrument),
        ("頻度", check.frequency),
    ):
        if text:
            parts.append(f"{name} {text}")
    said = squeezed(check.criterion)
    parts += [parameter_text(item) for item in check.parameters if squeezed(item.as_written) not in said]
    return " / ".join(parts)


def hazard_text(hazard: Hazard) -> str:
    """Give a warning behind its level, once."""
    level = WARNINGS[hazard.level]
    return hazard.text if hazard.text.lstrip("【[<＜⚠ 　").startswith(level) else f"{level}: {hazard.text}"


def part_text(part: Part) -> str:
    """Give a part by number and name, with its quantity."""
    text = " ".join(filter(None, (part.number, part.name)))
    if part.quantity is not None:
        text = f"{text} ×{number_text(part.quantity)}{part.unit}"
    return text


def is_said(part: Part, said: str) -> bool:
    """Tell whether squeezed text names a part with all that is known of it."""
    known = [part.number, part.name] if part.quantity is None else [part.number, part.name, number_text(part.quantity)]
    return all(squeezed(word) in said for word in known)


def number_text(number: float) -> str:
    """Write a number as people do: 12 and not 12.0."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def duration_text(seconds: float) -> str:
    """Write a time in minutes and seconds."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{number_text(rest)}秒"
    return f"{int(minutes)}分" + (f"{number_text(round(rest, 3))}秒" if rest else "")


def squeezed(text: str) -> str:
    """Take the spaces and line breaks out, which no two writings of a text have alike."""
    return "".join(text.split())
