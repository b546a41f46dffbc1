"""Small OpenDocuments, made of parts of their XML."""

import io
import zipfile

from steep.kinds import Source
from steep_plugins.readers.odt import OdtReader

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "presentation": "presentation",
        "svg": "svg-compatible",
    }.items()
)


def packed(kind, body, *, automatic="", common="", **others):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {NAMES}><office:styles>{common}</office:styles></office:document-styles>",
        )
        for name, data in others.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return buffer.getvalue()


def read(kind, body, **parts):
    suffix = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}[kind]
    return OdtReader().read(Source(path=f"a.{suffix}", data=packed(kind, body, **parts)))


def style(name, family, properties, parent=""):
    above = f'style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="{family}" {above}>{properties}</style:style>'
