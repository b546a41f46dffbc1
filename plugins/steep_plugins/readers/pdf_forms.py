"""What was filled into the fields of a PDF form: words of the page, at the place of their field.

Every caller holds ``PDFIUM``: the library is not thread-safe.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.readers.pdf_view import Box, View

_UNSEEN = 2 | 32  # flags of an annotation: hidden, not to be viewed
_PASSWORD = 1 << 13
_MOST = 5000  # fields of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """``mark`` says that it is a box to tick, whose words stand beside it."""

    words: str
    box: Box
    mark: bool = False
    hidden: bool = False


def field_values(page: Any, form: Any, view: View) -> Iterator[FieldValue]:
    """The values of a page's fields; empty ones have none."""
    for index in range(min(_MOST, pdfium.FPDFPage_GetAnnotCount(page))):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_WIDGET and (found := _value(note, form, view)):
                yield found
        finally:
            pdfium.FPDFPage_CloseAnnot(note)


def _value(note: Any, form: Any, view: View) -> FieldValue | None:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(note, rect):
        return None
    box = view.box(rect.left, rect.bottom, rect.right, rect.top)
    hidden = bool(pdfium.FPDFAnnot_GetFlags(note) & _UNSEEN)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        ticked = pdfium.FPDFAnnot_IsChecked(form, note)
        return None if hidden else FieldValue(words="☒" if ticked else "☐", box=box, mark=True)
    if kind not in (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
        return None
    if pdfium.FPDFAnnot_GetFormFieldFlags(form, note) & _PASSWORD:
        return None
    words = " ".join(_words(note, form).split())
    return FieldValue(words=words, box=box, hidden=hidden) if words else None


def _words(note: Any, form: Any) -> str:
    size = pdfium.FPDFAnnot_GetFormFieldValue(form, note, None, 0)
    buffer = ctypes.create_string_buffer(size + 2)
    pdfium.FPDFAnnot_GetFormFieldValue(form, note, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\x00")
