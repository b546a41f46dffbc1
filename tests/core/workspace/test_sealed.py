"""A sealed folder: any damage is noticed, and one flipped bit is put right."""

import pytest

from steep.workspace.sealed import FILES, damage, mend, seal


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "pairs.jsonl").write_text('{"question": "What does it cost?"}\n', "utf-8")
    (tmp_path / "inner" / "weights").write_bytes(bytes(range(256)))
    seal(tmp_path)
    return tmp_path


def flip(file, bit):
    content = bytearray(file.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["pairs.jsonl", "inner/weights"])
def test_any_flipped_bit_of_a_file_is_noticed_and_put_right(folder, name):
    file = folder / name
    content = file.read_bytes()
    for bit in range(0, 8 * len(content), 5):
        flip(file, bit)
        assert "is not what was written" in damage(folder, thorough=True)
        assert mend(folder) == (file,)
        assert file.read_bytes() == content
        assert damage(folder, thorough=True) == ""


def test_any_flipped_bit_of_the_list_is_put_right_or_means_nothing(folder):
    file = folder / FILES
    content = file.read_bytes()
    for bit in range(0, 8 * len(content), 11):
        flip(file, bit)
        mend(folder)
        assert damage(folder, thorough=True) == ""
        file.write_bytes(content)


def test_what_is_damaged_more_stays_as_it_is(folder):
    file = folder / "pairs.jsonl"
    flip(file, 3)
    flip(file, 77)
    content = file.read_bytes()
    assert mend(folder) == ()
    assert file.read_bytes() == content


def test_nothing_is_mended_where_nothing_is_wrong_or_listed(folder, tmp_path):
    assert mend(folder) == ()
    (folder / FILES).unlink()
    flip(folder / "pairs.jsonl", 9)
    assert mend(folder) == ()
