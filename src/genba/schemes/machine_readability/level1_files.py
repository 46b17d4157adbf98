"""Level 1, what only workbooks or text files can have: objects, formats, merges, hidden cells; lines and quotes."""

from genba.schemes.machine_readability.evidence import Evidence, Format


def no_objects(evidence: Evidence) -> bool | None:
    """L1-10 (Excel). No pictures, shapes, text boxes, charts or controls on a sheet with a table."""
    if evidence.format is not Format.WORKBOOK:
        return None
    return not any(part.objects for part in evidence.parts)


def no_meaning_by_format(evidence: Evidence) -> bool | None:
    """L1-11 (Excel). No cell of the body is told from others of its column by fill, bold or strike-through.

    Filling every second row, and rows of totals, is no meaning. After refinement what only the format told is lost, and
    the rule stays failed.
    """
    differing = any(table.set_apart for table in evidence.tables)
    if evidence.format is Format.COLUMNS:
        return False if differing else None
    return not differing if evidence.format is Format.WORKBOOK else None


def no_merged_cells(evidence: Evidence) -> bool | None:
    """L1-12 (Excel). No merged cells in a table, its header included."""
    if evidence.format is not Format.WORKBOOK:
        return None
    return not any(table.merges for table in evidence.tables)


def nothing_hidden(evidence: Evidence) -> bool | None:
    """L1-13 (Excel). No hidden rows or columns in a table; after refinement, none that came along unmarked."""
    hidden = any(table.hidden for table in evidence.tables)
    if evidence.format is Format.COLUMNS:
        return False if hidden else None
    return not hidden if evidence.format is Format.WORKBOOK else None


def one_line_a_record(evidence: Evidence) -> bool | None:
    """L1-14 (CSV). No line break within a name or value."""
    if evidence.format is not Format.DELIMITED:
        return None
    return not any(
        "\n" in text or "\r" in text
        for column in evidence.columns
        for text in (*column.header, *(value.text for value in column.distinct))
    )


def commas_are_quoted(evidence: Evidence) -> bool | None:
    """L1-15 (CSV). No row is torn at a comma without quotes, every quote closes; refinement cannot mend such rows."""
    torn = any(table.torn_rows for table in evidence.tables)
    if evidence.format is Format.COLUMNS:
        return False if torn else None
    return not torn if evidence.format is Format.DELIMITED else None
