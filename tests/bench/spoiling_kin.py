"""Files of formats that are read like others: templates, slide shows, those with macros, OpenDocuments in one file."""

from __future__ import annotations

import io
import re
import zipfile

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    )
)
_CELLS = "".join(f"<table:table-cell><text:p>{words}</text:p></table:table-cell>" for words in ("Heron", "12"))
_TABLE = f'<table:table table:name="Boats">{f"<table:table-row>{_CELLS}</table:table-row>" * 2}</table:table>'
_LIST = "<text:list><text:list-item><text:p>Pay 30 euros.</text:p></text:list-item></text:list>"
_BOX = "<draw:frame><draw:text-box><text:p>Moor at the buoy.</text:p></draw:text-box></draw:frame>"
_TEXT = (
    "<text:tracked-changes><text:changed-region><text:deletion><text:p>40</text:p></text:deletion></text:changed-region>"
    f'</text:tracked-changes><text:h text:outline-level="1">Harbor</text:h><text:p>Pay<text:s/>30.{_BOX}</text:p>'
)


def _flat(kind: str, body: str) -> str:
    return (
        f"<office:document {_NAMES}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )


FLAT = {
    ".fodt": _flat("text", _TEXT + _LIST + _TABLE),
    ".fods": _flat("spreadsheet", _TABLE),
    ".fodp": _flat("presentation", f"<draw:page>{_BOX}{_TABLE}</draw:page>"),
}
"""Small OpenDocuments in one file."""

_PACKED = {".odt": ".fodt", ".ott": ".fodt", ".ods": ".fods", ".ots": ".fods", ".odp": ".fodp", ".otp": ".fodp"}
_MAIN = re.compile(rb'"application/vnd\.[\w.-]+\.main\+xml"')
_OPEN, _MICROSOFT = "openxmlformats-officedocument.", "ms-"
# the plain kin of a format, and what the archive says that it is
_KIN = {
    ".docm": (".docx", f"{_MICROSOFT}word.document.macroEnabled"),
    ".dotx": (".docx", f"{_OPEN}wordprocessingml.template"),
    ".dotm": (".docx", f"{_MICROSOFT}word.template.macroEnabledTemplate"),
    ".xlsm": (".xlsx", f"{_MICROSOFT}excel.sheet.macroEnabled"),
    ".xltx": (".xlsx", f"{_OPEN}spreadsheetml.template"),
    ".xltm": (".xlsx", f"{_MICROSOFT}excel.template.macroEnabled"),
    ".pptm": (".pptx", f"{_MICROSOFT}powerpoint.presentation.macroEnabled"),
    ".potx": (".pptx", f"{_OPEN}presentationml.template"),
    ".potm": (".pptx", f"{_MICROSOFT}powerpoint.template.macroEnabled"),
    ".ppsx": (".pptx", f"{_OPEN}presentationml.slideshow"),
    ".ppsm": (".pptx", f"{_MICROSOFT}powerpoint.slideshow.macroEnabled"),
}
ARCHIVES = (*_PACKED, *_KIN)
"""Formats that are archives."""


def with_kin(kept: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    """Files by suffix, and what they are as files of the formats that are read like theirs."""
    packed = {suffix: [_packed(FLAT[flat])] for suffix, flat in _PACKED.items()}
    named = {
        suffix: [_named(data, kind) for data in kept[plain]]
        for suffix, (plain, kind) in _KIN.items()
        if kept.get(plain)
    }
    return {**packed, **named, **kept}


def _packed(content: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("content.xml"), content)
    return made.getvalue()


def _named(data: bytes, kind: str) -> bytes:
    """An archive whose main part is said to be of another kind."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename == "[Content_Types].xml":
                content = _MAIN.sub(f'"application/vnd.{kind}.main+xml"'.encode(), content)
            written.writestr(entry.filename, content)
    return made.getvalue()
