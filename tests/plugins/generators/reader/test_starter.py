"""The starter ships in a layout that PEFT loads by itself, and that names no machine."""

import json
import subprocess
import sys
import warnings
from dataclasses import replace

import pytest

from steep.errors import AdapterError
from steep_plugins.encoders import find
from steep_plugins.generators.reader.model import bare_reader, merged
from steep_plugins.generators.reader.starter import STARTERS, read_head
from steep_plugins.generators.reader.statement_network import loaded
from steep_plugins.generators.reader.trunk import readied

MINILM = STARTERS["minilm"]
STARTER = MINILM.folder


def test_the_folder_is_at_most_eight_megabytes():
    assert sum(path.stat().st_size for path in STARTER.iterdir()) <= 8_000_000


def test_it_names_its_data_and_licences():
    card = (STARTER / "README.md").read_text(encoding="utf-8")
    for word in ("SQuAD", "CC BY-SA 4.0", "reader_starter.train", "calibration"):
        assert word in card


def test_its_config_holds_no_local_path():
    text = (STARTER / "adapter_config.json").read_text(encoding="utf-8")
    settings = json.loads(text)
    assert settings["base_model_name_or_path"] == "sentence-transformers/all-MiniLM-L6-v2"
    assert settings["task_type"] == "QUESTION_ANS"
    assert not any(isinstance(value, str) and value.startswith(("/", "~", ".")) for value in settings.values())


def test_peft_alone_gives_the_logits_that_the_reader_gets(encoder):
    import torch
    from peft import PeftModel
    from transformers import BertForQuestionAnswering
    from transformers.utils import logging

    weights = find(MINILM.encoder)
    window = next(iter(encoder.windows("Who built the pier?", "The pier was built by Anna Lund in 1904.")))
    ids = torch.tensor([window.ids])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = logging.get_verbosity()
        logging.set_verbosity_error()
        plain = BertForQuestionAnswering.from_pretrained(weights.folder, attn_implementation="eager")
        logging.set_verbosity(level)
        peft = PeftModel.from_pretrained(plain, str(STARTER)).eval()
    ours = merged(bare_reader(weights), STARTER, name="starter")
    with torch.inference_mode():
        expected = peft(input_ids=ids, attention_mask=torch.ones_like(ids))
        got = ours(input_ids=ids, attention_mask=torch.ones_like(ids))
    # ours computes in bf16 where the CPU can; logits are of the order of ten
    torch.testing.assert_close(got.start_logits, expected.start_logits, atol=0.5, rtol=0.05)
    torch.testing.assert_close(got.end_logits, expected.end_logits, atol=0.5, rtol=0.05)


def test_its_calibration_was_measured_on_held_back_rows():
    calibration = MINILM.calibration
    assert calibration.rows > 1000
    assert 0 < calibration.error <= 0.05
    assert 0 < calibration.threshold < 1


def test_the_digest_follows_the_weights(tmp_path):
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (tmp_path / name).write_bytes((STARTER / name).read_bytes())
    copied = replace(MINILM, folder=tmp_path)
    assert copied.digest == MINILM.digest
    with (tmp_path / "adapter_model.safetensors").open("ab") as file:
        file.write(b" ")
    assert copied.digest != MINILM.digest


def test_a_missing_starter_says_what_to_do(tmp_path):
    with pytest.raises(AdapterError, match="reinstall steep, or train it"):
        _ = replace(MINILM, folder=tmp_path).digest
    with pytest.raises(AdapterError, match=r"calibration\.json"):
        _ = replace(MINILM, folder=tmp_path).calibration


def test_an_adapter_of_another_model_does_not_fit(tiny):
    with pytest.raises(AdapterError, match=r"starter .* does not fit the reader"):
        merged(tiny(), STARTER, name="starter")


def test_files_alone_give_the_network_that_transformers_and_peft_give(encoder):
    import torch

    rows = [window.ids for window in encoder.windows("Who built the pier?", "Anna Lund built the pier. " * 60)]
    read, head = MINILM.network(nothing=encoder.marks.nothing, device="cpu")
    model = MINILM.base()
    torch.testing.assert_close(head.weight, model.qa_outputs.weight)
    torch.testing.assert_close(head.bias, model.qa_outputs.bias)
    for ours, theirs in zip(read.states(rows), readied(model.base_model, nothing=0).states(rows), strict=True):
        torch.testing.assert_close(ours, theirs)
    trunk, weighing = MINILM.for_statements(lambda: None, nothing=encoder.marks.nothing, device="cpu")
    network, loaded_head = loaded(MINILM.base().base_model, MINILM.statements)
    torch.testing.assert_close(weighing.weight, loaded_head.weight)
    for ours, theirs in zip(trunk.encoder.states(rows), readied(network, nothing=0).states(rows), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_head_that_is_not_in_an_adapters_file_is_named():
    with pytest.raises(AdapterError, match="does not hold the head of_nothing"):
        read_head(STARTER, "of_nothing")


def test_a_question_is_answered_on_a_cpu_without_importing_transformers():
    script = (
        "import sys\n"
        "from tests.plugins.generators.reader.conftest import TEXT\n"
        "from steep_plugins.generators.reader.generator import ReaderGenerator\n"
        "from steep_plugins.generators.reader.reading import Task, Text\n"
        "reader = ReaderGenerator()\n"
        "task = Task(question='Who built the pier?', texts=(Text(text=TEXT),))\n"
        "found = reader.tuned(None).spans.read(task)\n"
        "assert TEXT[found[0].start:found[0].end] == 'Anna Lund'\n"
        "assert reader._statements.best(task, found) is not None\n"
        "assert not {'transformers', 'peft'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
