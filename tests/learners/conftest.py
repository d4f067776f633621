from __future__ import annotations

from pathlib import Path

import pytest

from tests.learners import small


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a pretrained model with random weights."""
    pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml): nothing is trained here")
    pytest.importorskip("peft", reason="PEFT is not installed (the extra ml): nothing is fine-tuned here")
    pytest.importorskip("accelerate", reason="accelerate is not installed (the extra ml): nothing is trained here")
    return small.base(tmp_path_factory.mktemp("base"))
