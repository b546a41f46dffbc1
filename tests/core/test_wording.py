from steep.wording import counted


def test_a_count_has_its_noun_in_the_right_number():
    assert [counted(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [counted(number, "alias", "aliases") for number in (1, 3)] == ["1 alias", "3 aliases"]
