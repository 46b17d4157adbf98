"""Level 1, how tables are laid out: file type, one table a sheet, no gaps, no stray notes, named columns."""

from genba.schemes.machine_readability.evidence import Evidence, Format
from genba.schemes.machine_readability.wording import is_meaningless


def file_type_is_readable(evidence: Evidence) -> bool | None:
    """L1-01. The rule names Excel (.xlsx), CSV, XML, ODS, JSON "or the like"; PDF and Word are made for people to read.

    Read here: workbooks (.xls among them, since every spreadsheet tool opens it as cells), delimited text, JSON and XML
    pass; PDF, Word, PowerPoint, HTML and Markdown pages do not.
    """
    return evidence.format is not Format.PAGE


def one_table_a_sheet(evidence: Evidence) -> bool | None:
    """L1-02. Each sheet of a workbook, and each text file or page, holds one table."""
    return all(len(part.tables) <= 1 for part in evidence.parts)


def table_is_in_one_piece(evidence: Evidence) -> bool | None:
    """L1-03. No blank rows or columns within or around a table, and its header stands once."""
    return not any(
        part.margins or any(table.blank_rows or table.blank_columns or table.is_continued for table in part.tables)
        for part in evidence.parts
    )


def nothing_beside_the_data(evidence: Evidence) -> bool | None:
    """L1-04. No text outside the tables that neither heads nor explains them; titles are a matter of L3-01."""
    return not any(part.beside for part in evidence.parts)


def every_column_is_named(evidence: Evidence) -> bool | None:
    """L1-05. Every column has a name, and none is a number, a sign or a made-up 列3."""
    return all(table.header_rows > 0 for table in evidence.tables) and not any(
        is_meaningless(column.name) for column in evidence.columns
    )
