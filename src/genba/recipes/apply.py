"""Runs a recipe's steps over a document; a step that fails costs its own result, not the document."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from genba.errors import GenbaError, InvalidInput
from genba.model.document import Document
from genba.model.finding import Finding, Severity
from genba.ports.recognisers import NO_RECOGNISERS
from genba.recipes.recipe import Recipe, StepCall

# Parameters that the program fills, never a recipe.
NOT_OPTIONS = frozenset((*NO_RECOGNISERS.by_name(), "vocabulary"))

Steps = Callable[[str], Callable[..., Document] | None]


def bind(
    recipe: Recipe, steps: Steps, given: Mapping[str, object] | None = None
) -> list[tuple[str, Callable[[Document], Document]]]:
    """Look a recipe's steps up and check their options; raises InvalidInput before any file is touched.

    What stands in `given` (recognisers, the vocabulary) goes to every step that has a parameter of that name; a recipe
    cannot set it.
    """
    return [(call.use, _bound(call, steps, given or {})) for call in recipe.step]


def _bound(call: StepCall, steps: Steps, given: Mapping[str, object]) -> Callable[[Document], Document]:
    step = steps(call.use)
    if step is None:
        raise InvalidInput("recipe.unknown_step", name=call.use)
    allowed = {
        name
        for name, parameter in inspect.signature(step).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    for option in call.options:
        if option not in allowed - NOT_OPTIONS:
            raise InvalidInput("recipe.unknown_option", step=call.use, option=option)
    options: dict[str, Any] = {**call.options, **{name: given[name] for name in allowed & given.keys()}}
    return lambda document: step(document, **options)


def apply(document: Document, bound: list[tuple[str, Callable[[Document], Document]]]) -> Document:
    """Refine one document."""
    for name, step in bound:
        try:
            document = step(document)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 -- one step's fault must not cost the document
            reason = error.code if isinstance(error, GenbaError) else type(error).__name__
            finding = Finding(
                code="recipe.step_failed", severity=Severity.PROBLEM, details={"step": name, "reason": reason}
            )
            document = replace(document, findings=(*document.findings, finding))
    return document
