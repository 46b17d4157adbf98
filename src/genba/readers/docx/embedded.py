"""Files inside the document: OLE objects, embedded workbooks, alternative-format chunks."""

import io

from genba.errors import InvalidInput
from genba.formats.ooxml.embedded import unwrap
from genba.ports.blob import Blob
from genba.ports.reader import Child
from genba.readers.docx.opened import Opened, Story


def read_chunk(opened: Opened, story: Story, key: str | None, pointer: str) -> None:
    """Hand on a chunk of HTML, RTF or Word that Word would import at this place."""
    _hand_on(opened, story, key, pointer)


def read_object(opened: Opened, story: Story, key: str | None, pointer: str) -> None:
    """Hand on an embedded object."""
    _hand_on(opened, story, key, pointer)


def _hand_on(opened: Opened, story: Story, key: str | None, pointer: str) -> None:
    found = opened.relationship(story, key)
    if found is None or found.external:
        if key and found is None:
            opened.note("docx.relationship_missing", story.place(pointer), id=key)
        return
    if found.target in opened.children:
        return
    opened.children.add(found.target)
    try:
        data = opened.package.read(found.target)
    except InvalidInput as error:
        opened.note_error(error, story.place(pointer))
        return
    label, data = unwrap(data, found.target.rsplit("/", 1)[-1])
    name = opened.free_name(label)
    blob = Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))
    opened.emit(Child(path=f"embedded/{name}", blob=blob))
