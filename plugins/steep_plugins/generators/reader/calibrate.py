"""Calibrate a starter anew: ``python -m steep_plugins.generators.reader.calibrate --data … --adapter …``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.confidence import Calibration


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="calibrate", description="Fit the confidence and threshold of a starter.")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds reading/")
    parser.add_argument("--adapter", type=Path, required=True, help="the starter's folder; calibration.json goes there")
    options = parser.parse_args(arguments)
    from steep.errors import SteepError

    try:
        calibration = calibrated(options.data, options.adapter)
    except SteepError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    calibration.save(options.adapter)
    print(f"threshold {calibration.threshold}, calibration error {calibration.error} over {calibration.rows} rows")
    return 0


def calibrated(data: Path, adapter: Path) -> Calibration:
    """Calibrate the starter in ``adapter`` on the articles that training held back."""
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.model import bare_reader, merged
    from steep_plugins.generators.reader.reading import SpanReader, ready
    from steep_plugins.generators.reader.training.calibrate import calibrate
    from steep_plugins.generators.reader.training.sources import HELD_BACK, squad
    from steep_plugins.generators.reader.windows import Encoder
    from steep_plugins.minilm import verified_weights

    weights = verified_weights()
    model = ready(merged(bare_reader(weights), adapter, name="starter"))
    reader = SpanReader(model, Encoder(weights.tokenizer), SentenceMeaning(cached=50_000))
    asked = squad(data / "reading" / "squad1_train_part" / "train.jsonl.gz")
    paragraphs = sorted({example.context for example in asked})
    return calibrate(reader, [example for example in asked if example.group in HELD_BACK], paragraphs)


if __name__ == "__main__":
    sys.exit(main())
