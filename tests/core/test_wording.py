from steep.wording import counted, with_article


def test_a_count_has_its_noun_in_the_right_number():
    assert [counted(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [counted(number, "alias", "aliases") for number in (1, 3)] == ["1 alias", "3 aliases"]


def test_a_noun_has_its_article():
    assert [with_article(kind) for kind in ("reader", "index", "embedder")] == ["a reader", "an index", "an embedder"]
