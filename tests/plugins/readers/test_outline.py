"""The reader `outline`: Org as it stands."""

import pytest

from steep.kinds import Source
from steep_plugins.readers.outline import OutlineReader


def read(text, path="a.org"):
    return OutlineReader().read(Source(path=path, data=text.encode()))


@pytest.mark.parametrize(
    "comment",
    [
        "# Not this.",
        "#+begin_comment\nNot this.\n#+end_comment",
        ":PROPERTIES:\nNot this.\n:END:",
        "** COMMENT Not\nthis.",
        "** COMMENT Not\n*** this.",
    ],
)
def test_comments_of_org_are_blanked_and_counted(comment):
    text = f"* Fees\n{comment}\n** Boats\nSeen.\n#+begin_src sh\n# code\n#+end_src\n"
    document = read(text)
    assert len(document.text) == len(text)
    assert "this" not in document.text
    assert "# code" in document.text
    assert "Seen." in document.text
    assert [each.reason for each in document.left_out] == ["comment"]
    assert "this." in document.left_out[0].text


def test_what_is_included_is_named():
    assert [each.text for each in read('* A\n#+INCLUDE: "b.org"\n').left_out] == ["b.org"]
