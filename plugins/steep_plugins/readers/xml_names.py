"""What the elements of DocBook, JATS, DITA and TEI are, by their names in lower case."""

from __future__ import annotations

ROOTS = frozenset((
    "article", "articles", "book", "chapter", "set", "part", "preface", "appendix", "section", "refentry", "topic",
    "concept", "task", "reference", "tei", "tei.2", "teicorpus", "pmc-articleset", "glossary", "bibliography",
))  # fmt: skip
SECTIONS = frozenset((
    "sec", "section", "sect1", "sect2", "sect3", "sect4", "sect5", "simplesect", "chapter", "part", "abstract",
    "appendix", "app", "article", "topic", "concept", "task", "reference", "div", "ack", "ref-list", "book",
    "preface",
    "refsect1", "refsect2", "refsect3", "refsection", "bibliography", "glossary", "dedication", "colophon",
    "trans-abstract",
    "sidebar", "div1", "div2", "div3", "set", "tei", "tei.2", "refentry", "fn-group", "boxed-text", "qandaset",
    "qandadiv",
))  # fmt: skip
TITLES = frozenset(("title", "article-title", "head", "subtitle", "refentrytitle"))
PARAGRAPHS = frozenset((
    "para", "simpara", "p", "ab", "shortdesc", "cmd", "refpurpose", "l", "mixed-citation", "bridgehead",
))  # fmt: skip
BULLETED = frozenset(("itemizedlist", "ul", "simplelist", "sl", "choices"))
COUNTED = frozenset(("orderedlist", "ol", "procedure", "steps", "substeps", "calloutlist", "steps-unordered"))
ITEMS = frozenset((
    "listitem", "list-item", "li", "step", "item", "callout", "member", "substep", "sli", "choice",
    "stepalternatives",
))  # fmt: skip
TERM_LISTS = frozenset(("variablelist", "def-list", "dl", "glosslist", "glossary", "segmentedlist"))
ENTRIES = frozenset(("varlistentry", "def-item", "dlentry", "glossentry"))
TERMS = frozenset(("term", "dt", "glossterm"))
MEANINGS = frozenset(("listitem", "def", "dd", "glossdef"))
CODE = frozenset(("programlisting", "screen", "codeblock", "pre", "preformat", "synopsis", "msgblock", "eg"))
QUOTES = frozenset(("blockquote", "epigraph", "disp-quote", "lq", "verse-group"))
ADMONITIONS = frozenset(("note", "tip", "warning", "caution", "important", "danger", "hazardstatement", "attention"))
FORMULAS = frozenset((
    "equation", "informalequation", "inlineequation", "disp-formula", "inline-formula", "formula", "math", "tex-math",
    "alternatives", "mathphrase",
))  # fmt: skip
SILENT = frozenset((
    "indexterm", "index-term", "anchor", "imagedata", "imageobject", "graphic", "inline-graphic", "colspec", "toc",
    "processing-meta", "custom-meta-group", "permissions-ref", "areaspec", "related-links", "prolog", "encodingdesc",
    "primary", "secondary", "index",
))  # fmt: skip
REMARKS = frozenset(("remark", "draft-comment", "required-cleanup"))
# what is said within a line
INLINE = frozenset((
    "emphasis", "phrase", "literal", "code", "bold", "italic", "b", "i", "u", "tt", "monospace", "underline", "sc",
    "hi",
    "superscript", "subscript", "sup", "sub", "link", "ulink", "xref", "ext-link", "uri", "email", "quote", "q",
    "footnote",
    "footnoteref", "fn", "inlineequation", "inline-formula", "strike", "s", "del", "co", "coref", "keycap",
    "keycombo",
    "menuchoice", "guimenu", "guisubmenu", "guimenuitem", "guibutton", "guilabel", "command", "option", "filename",
    "replaceable", "userinput", "computeroutput", "varname", "function", "classname", "parameter", "application",
    "productname", "acronym", "abbrev", "firstterm", "citetitle", "foreignphrase", "constant", "type",
    "systemitem", "tag",
    "envar", "uicontrol", "ph", "codeph", "filepath", "cmdname", "menucascade", "styled-content", "named-content",
    "ref",
    "trademark", "wordasword", "math", "lb", "br", "break", "inlinemediaobject", "property", "markup", "sgmltag",
    "interfacename", "methodname", "errorcode", "errorname", "errortext", "prompt", "returnvalue", "structfield",
    "abbr",
    "roman", "sans-serif", "overline", "apiname", "parmname", "synph", "varref", "keyword", "term", "glossterm",
    "name",
    "date", "num", "said", "title", "rs", "persname", "placename", "orgname", "remark", "indexterm", "anchor", "rend",
))  # fmt: skip
PEOPLE = frozenset(("author", "personname", "name", "string-name", "contrib", "editor", "othercredit", "persname"))
FRONTS = frozenset(("article-meta", "body", "front", "back", "titlepage", "titlestmt"))
FIGURES = frozenset(("figure", "informalfigure", "mediaobject", "fig", "table-wrap", "image", "inlinemediaobject"))
TABLES = frozenset(("table", "informaltable", "simpletable", "properties"))
# leaves of which the name says nothing
BARE = INLINE - {"date", "type", "num", "email", "uri", "orgname", "name", "property"} | ITEMS | {
    "caption", "question", "answer", "info", "stepresult", "context", "prereq", "postreq", "result", "taskbody",
    "conbody",
    "body", "mixed-citation", "aff", "refname", "td", "entry", "abstract", "stepxmp", "example", "section", "div",
    "fn",
    "ref", "def", "dd", "attribution", "textobject", "chapter", "topic", "speaker", "bridgehead", "steps-informal",
}  # fmt: skip
# what is one line of several parts, and what stands between them
JOINED = {"element-citation": ", ", "kwd-group": ", ", "pub-date": " ", "copyright": " ", "refnamediv": " — ",
          "cmdsynopsis": " ", "biblioentry": ", ", "keywordset": ", ", "date": " ", "aff": ", "}  # fmt: skip
# what stands by itself also in the middle of words
BLOCKS = (COUNTED | BULLETED | TERM_LISTS | QUOTES | ADMONITIONS | TABLES | FIGURES | PARAGRAPHS | {
    "list", "example", "informalexample", "formalpara", "literallayout", "address", "lg", "sp", "cmdsynopsis",
    "sidebar",
}) - {"mixed-citation", "cmd", "inlinemediaobject"}  # fmt: skip
LINES = frozenset(("literallayout", "address", "lg"))
# of these even parts of a line stand by themselves, and these parts do so wherever they are
HOLDERS = SECTIONS | ENTRIES | FIGURES | {"info", "front", "article-meta"}
ALONE = INLINE - TITLES - TERMS - {"name", "date", "ref", "fn", "orgname", "persname", "property"}
ROWS = frozenset(("row", "tr", "strow", "sthead", "property", "prophead"))
CELLS = frozenset(("entry", "td", "th", "stentry", "proptype", "propvalue", "propdesc", "cell", "entrytbl"))
COUNTS = {
    "loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I", "alpha-lower": "a",
    "alpha-upper": "A",
    "roman-lower": "i", "roman-upper": "I",
}  # fmt: skip
