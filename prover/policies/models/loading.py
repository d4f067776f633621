"""Load a transformers model and its tokenizer, and say in one sentence what keeps it from loading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.errors import PolicyError
from prover.policies.models.adapters import base_of, is_adapter, put_on
from prover.policies.models.cards import model_folder
from prover.policies.models.extras import require_extra
from prover.policies.models.settings import LocalSettings

_WHO = "--policy hf:"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in evaluation mode on its device, its tokenizer, and the most tokens it can hold."""

    torch: Any
    model: Any
    tokenizer: Any
    context: int


def load(target: str, settings: LocalSettings) -> Loaded:
    """Load a model from a folder or from the Hugging Face hub. Raises `PolicyError`."""
    torch = require_extra("torch", _WHO, "ml")
    transformers = require_extra("transformers", _WHO, "ml")
    transformers.utils.logging.disable_progress_bar()
    check_folder(target, _WHO)
    folder = model_folder(target)
    adapter = folder if is_adapter(folder) else None
    whole = base_of(adapter, settings.base, _WHO) if adapter is not None else str(folder or target)
    tokens = str(adapter) if adapter is not None and (adapter / "tokenizer_config.json").is_file() else whole
    device = _device(torch, settings.device)
    where = {"revision": settings.revision} if settings.revision else {}
    try:
        config = transformers.AutoConfig.from_pretrained(whole, **where)
        dtype = _dtype(torch, settings.dtype, device, getattr(config, "dtype", None))
        tokenizer = transformers.AutoTokenizer.from_pretrained(tokens, **({} if tokens != whole else where))
        auto = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM
        model = auto.from_pretrained(whole, dtype=dtype, **where)
        if adapter is not None:
            model = put_on(model, adapter, _WHO)
        model = model.to(device).eval()
    except PolicyError:
        raise
    except Exception as error:
        raise PolicyError(f"{_WHO}{target}: {reason(error, target)}") from error
    tokenizer.padding_side = "left"
    return Loaded(torch, model, tokenizer, _context(config, tokenizer, settings.context))


def load_encoder(target: str) -> tuple[Any, Any, Any]:
    """Load an encoder for retrieval: torch, its tokenizer, and the model. Raises `PolicyError`."""
    who = "--policy: retriever=dense:"
    torch = require_extra("torch", who, "ml")
    transformers = require_extra("transformers", who, "ml")
    transformers.utils.logging.disable_progress_bar()
    check_folder(target, who)
    try:
        model = transformers.AutoModel.from_pretrained(target).to(_device(torch, "auto")).eval()
        return torch, transformers.AutoTokenizer.from_pretrained(target), model
    except Exception as error:
        raise PolicyError(f"{who}{target}: {reason(error, target)}") from error


def check_folder(target: str, who: str) -> None:
    """Raise `PolicyError` for a path that is meant as a folder with a model and is none."""
    path = Path(target).expanduser()
    meant = target.startswith((".", "/", "~")) or target.count("/") > 1
    if path.is_dir() and not (path / "config.json").is_file() and not is_adapter(path):
        raise PolicyError(f"{who}{target} holds no config.json: name the folder that save_pretrained wrote")
    if meant and not path.is_dir():
        raise PolicyError(f"{who}{target}: there is no such folder; name one that exists, or an id on the hub")


def reason(error: BaseException, target: str) -> str:
    """Say why a model could not be loaded, with the remedy, in one sentence."""
    chain = list(_causes(error))
    names = {type(cause).__name__ for cause in chain}
    text = " ".join(str(cause) for cause in chain)
    if "GatedRepoError" in names or "gated repo" in text:
        return (
            "the model is gated: accept its terms on its page at the Hugging Face hub, then set HF_TOKEN or run "
            "`hf auth login`"
        )
    if any(map(is_out_of_memory, chain)):
        return "the model does not fit into memory: choose dtype=bfloat16, another device=, or a smaller model"
    if "RepositoryNotFoundError" in names or "RevisionNotFoundError" in names or "valid model identifier" in text:
        return "there is no such model: check the spelling of the id and of revision=, or name a folder on this machine"
    if names & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectionError", "ConnectError"} or (
        "couldn't connect" in text.lower()
    ):
        return "the Hugging Face hub cannot be reached and the model is not on this machine: download it first"
    if "model type" in text and "does not recognize" in text.lower():
        return "this version of transformers does not know the model's type: pip install -U transformers"
    if "trust_remote_code" in text:
        return "the model needs code of its own, which is never run here: serve it elsewhere and use openai:"
    if "SafetensorError" in names or any(word in text for word in ("safetensors", "state_dict", "pytorch_model.bin")):
        return f"its weights are missing or damaged ({_first_line(error)}): download them again"
    return f"it cannot be loaded ({_first_line(error)})"


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether torch ran out of memory, on any device."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error)
    return "out of memory" in text or "can't allocate memory" in text or "not enough memory" in text


def _device(torch: Any, wanted: str) -> str:
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        return "cuda" if cuda else "mps" if mps else "cpu"
    if wanted.startswith("cuda"):
        number = int(wanted.partition(":")[2] or 0)
        if not cuda or number >= torch.cuda.device_count():
            raise PolicyError(
                f"{_WHO} device={wanted}: torch {torch.__version__} sees {torch.cuda.device_count() if cuda else 'no'} "
                "CUDA devices here: use device=cpu, or install a torch with CUDA"
            )
    if wanted == "mps" and not mps:
        raise PolicyError(f"{_WHO} device=mps: there is none on this machine; use device=cpu")
    return wanted


def _dtype(torch: Any, wanted: str, device: str, stored: Any) -> Any:
    """bfloat16 pays on a GPU that has it, and on a CPU that has it for weights that are stored so."""
    bf16 = device.startswith("cuda") and torch.cuda.is_bf16_supported()
    if wanted == "bfloat16" and device.startswith("cuda") and not bf16:
        raise PolicyError(f"{_WHO} dtype=bfloat16: this GPU has no bfloat16; use dtype=float16 or float32")
    if wanted == "auto":
        wanted = "bfloat16" if bf16 else "float16" if device.startswith(("cuda", "mps")) else "float32"
        if device == "cpu" and stored == torch.bfloat16 and has_cpu_bfloat16(torch):
            wanted = "bfloat16"
    return getattr(torch, wanted)


def has_cpu_bfloat16(torch: Any) -> bool:
    """Tell whether this processor multiplies in bfloat16 (AVX-512 BF16 or AMX), which is then the faster type."""
    asked = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(asked is not None and asked())


def _context(config: Any, tokenizer: Any, wanted: int | None) -> int:
    text = config.get_text_config()
    # T5 has relative positions and no bound; its own figure is what it was trained with, and n_positions says it.
    known = getattr(text, "max_position_embeddings", None) or getattr(text, "n_positions", None)
    if known is None or getattr(text, "model_type", "") in ("t5", "mt5", "umt5"):
        known = wanted or max(min(tokenizer.model_max_length, 1 << 20), 4096)
    return min(wanted or known, known)


def _causes(error: BaseException | None) -> Any:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().split("\n")
    return f"{type(error).__name__}: {lines[0][:200]}"
