import pytest

from steep.wording import by_suffix, counted, page_name, with_article


def test_a_count_has_its_noun_in_the_right_number():
    assert [counted(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [counted(number, "alias", "aliases") for number in (1, 3)] == ["1 alias", "3 aliases"]


def test_a_noun_has_its_article():
    assert [with_article(kind) for kind in ("reader", "index", "embedder")] == ["a reader", "an index", "an embedder"]


def test_files_are_counted_by_suffix_the_most_frequent_first_and_the_rest_of_many_together():
    assert by_suffix({".b": 2, "": 2, ".a": 5}) == "5 .a, 2 without suffix, 2 .b"
    many = {f".{letter}": 1 for letter in "abcdefghijklmn"} | {".z": 9}
    assert by_suffix(many).startswith("9 .z, 1 .a, 1 .b")
    assert by_suffix(many).endswith("1 .k, 3 of 3 other suffixes")
    assert by_suffix(dict.fromkeys(list(many)[:13], 2)).endswith("2 .l, 2 of 1 other suffix")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.pdf", "page 3"),
        ("b/A.XLSX", "sheet 3"),
        ("a.odp", "slide 3"),
        ("a.ipynb", "cell 3"),
        ("a.epub", "part 3"),
        ("a.fods", "sheet 3"),
        ("a.xltx", "sheet 3"),
        ("a.PPSX", "slide 3"),
        ("a.otp", "slide 3"),
    ],
)
def test_a_page_is_called_what_its_format_calls_it(path, name):
    assert page_name(path, 3) == name
