"""Tiny models made once a session, and adapters of random weights for them."""

import pytest
import torch

from steep import Context
from steep.kinds import AdapterRef
from steep.testing.tiny_models import tiny_model
from steep_plugins.models import TransformersOptions, build_transformers

torch.set_num_threads(1)

TEXTS = (
    "What does hall B cost? Hall B costs 12 EUR a day. Both halls close at nine.",
    "The night warden keeps the keys of the ice house. Which halls are there? A and B.",
    "Answer like a harbour master, in few words. Berth four is nine metres deep.",
)


@pytest.fixture(scope="session")
def llama_folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("llama"), TEXTS)


@pytest.fixture(scope="session")
def qwen2_folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("qwen2"), TEXTS, kind="qwen2")


@pytest.fixture(scope="session")
def t5_folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("t5"), TEXTS, kind="t5")


@pytest.fixture(scope="session")
def build():
    """A model on the files in a folder, in float32 so that figures can be compared."""

    def make(folder, **options):
        return build_transformers(TransformersOptions(model=str(folder), dtype="float32", **options), Context())

    return make


@pytest.fixture(scope="session")
def llama(build, llama_folder):
    return build(llama_folder)


@pytest.fixture(scope="session")
def t5(build, t5_folder):
    return build(t5_folder)


@pytest.fixture
def adapter(tmp_path):
    """Write an adapter of random weights, drawn from a seed, that changes what a model says."""

    def write(model, seed, *, scale=0.3, rank=4, digest=None, **settings):
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

        from steep_plugins.models.quiet import quiet

        kind = AutoModelForSeq2SeqLM if model.files.seq2seq else AutoModelForCausalLM
        task = "SEQ_2_SEQ_LM" if model.files.seq2seq else "CAUSAL_LM"
        config = LoraConfig(task_type=task, r=rank, lora_alpha=8, **{"target_modules": "all-linear", **settings})
        with quiet(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            tuned = get_peft_model(kind.from_pretrained(str(model.files.folder)), config)
            with torch.no_grad():
                for name, weight in tuned.named_parameters():
                    if "lora_B" in name:
                        weight.normal_(std=scale)
            folder = tmp_path / f"adapter-{seed}"
            tuned.save_pretrained(str(folder))
        if digest is not None:
            (folder / "base.json").write_text(f'{{"digest": "{digest}", "model": "other"}}\n', "utf-8")
        return AdapterRef(version=f"v{seed}", folder=folder)

    return write
