"""The hosted datasets that are known by name, each pinned to a commit and to the hashes of its files."""

from __future__ import annotations

from prover.problems.datasets import source_entry
from prover.problems.fetch import Repository
from prover.problems.formats import read_jsonl, read_lean, read_propositions, read_theorems, read_with_variants
from prover.problems.remote import HostedSource, Part
from prover.problems.shipped import ShippedSource

_DEEPSEEK = Repository("deepseek-ai/DeepSeek-Prover-V1.5", "2c4ba9119eef74d0d611f494261b2c5bae98c69a")
_YANGKY11 = Repository("yangky11/miniF2F-lean4", "5746b7d6c47855ce1294bed87329618ff7f1bc31")
# The fork's last commit replaces the proofs of google-deepmind/miniF2F by `sorry`.
_GDM = Repository("Kripner/miniF2F", "ea550f5da742a574bbfaeb65a97d4b1ffe68bc37")
_BURNQED = Repository("mike1729/BurnQED", "9053d51c62c03d4e45239bdd5ca07de150a6ae98")

_STANDARD = Part(
    (_DEEPSEEK.file("datasets/minif2f.jsonl", "d6654c88476ff14db19d57dea25bd955a240525fb52171e460f89d98f83d7dd5"),),
    read_jsonl,
    {"valid": "valid", "test": "test"},
)


def _v2(path: str, sha256: str, kept: str) -> Part:
    return Part((_BURNQED.file(f"benchmarks/minif2f_{path}.json", sha256),), read_theorems, {"": kept})


def _yangky11(path: str, sha256: str, kept: str) -> Part:
    # One name is spelt differently: filed under the standard one, so that versions can be compared.
    renamed = {"numbertheory_notEquiv2i2jasqbsqdiv8": "numbertheory_notequiv2i2jasqbsqdiv8"}
    return Part((_YANGKY11.index(f"MiniF2F/{path}.lean", sha256),), read_lean, {"": kept}, renamed)


def _gdm(path: str, sha256: str, kept: str) -> Part:
    return Part(
        (_GDM.file(f"MiniF2F/{path}.lean", sha256),),
        read_with_variants,
        {"": kept, "variants": f"{kept}_variants"},
        {"imoshortlist_2007_algebra_p6": "imosl_2007_algebra_p6"},
    )


# The project of the DeepSeek copy leaves auto-binding on; no statement of `valid` rests on it.
MINIF2F = HostedSource(
    name="minif2f",
    summary="488 olympiad and school problems in two splits and five versions; `valid` is DeepSeek-Prover-V1.5's",
    licence="MIT and Apache-2.0; of v2 none is stated",
    parts=(
        _STANDARD,
        # Upstream's v2 labels the splits the other way round.
        _v2("v2s_test", "550f9ba2816d3efe29bb4dce3c9a1020210fb4f6cb71005eeb7967d6afb95636", "valid_v2"),
        _v2("v2s_valid", "ee6594db7d79495e8c3d6a439df1d04b19daf045e8649a21c2e8583992c3da53", "test_v2"),
        _v2("v2c_test", "45c1ccd8f86e79066707ca5b8f7213059d3050a815b3b08cdeeec96646a6af0a", "valid_v2c"),
        _v2("v2c_valid", "310ec9db44c686745b71eb30f1e8b0d15b7dd038e460d40f639914cb167ea811", "test_v2c"),
        _yangky11("Valid", "4cc90af4fe509ab8550d4dea7d54942e61ba90580709e21c3ada7fcc8404419d", "valid_yangky11"),
        _yangky11("Test", "f929344e8d62b9f1ede62c55eec370e29b13f7a4afee621a42a5eee7108a854e", "test_yangky11"),
        _gdm("Valid", "57fd247dd3539ce91e6c9659d00490c5b473b4d1aafae53f46455c92419b8850", "valid_gdm"),
        _gdm("Test", "877276865bc60833b57a70bd42ae952c2271130b7f97875945d8314061ebae14", "test_gdm"),
    ),
    auto_implicit=frozenset({"test"}),
)

_WORKBOOK = {
    "goedel_search_10k": "4c0d917f8bdf155a5dbec09503da124ecf0c05701118946c30406cdaaa243535",
    "goedel_depth3": "dda2cc840cf5ed5c566696a8ad7ae809d0b2c643e7629131c479ed726b86c885",
    "goedel_depth4plus": "2b65350e3b6d3d74a89efec05436f3f7311561db5a472903c22dec681dce5ec8",
    "iter0_search_theorems": "5eebf393685b311a23077d897df6f1e1aad06d00727e7289b574267b0038f136",
}

LEAN_WORKBOOK = HostedSource(
    name="lean_workbook",
    summary="about 15,000 statements of the Lean Workbook that someone proved; upstream has no splits, only `all`",
    licence="Apache-2.0",
    parts=(
        Part(
            tuple(_BURNQED.file(f"benchmarks/{name}.json", sha256) for name, sha256 in _WORKBOOK.items()),
            read_propositions,
            {"": "all"},
        ),
    ),
    more_splits=("train", "valid"),
    auto_implicit=frozenset({"all", "train", "valid"}),
)

TEXTBOOK = ShippedSource(
    name="textbook", summary="250 statements of our own in 25 kinds, what a first-year student proves; never edited"
)

MINIF2F_ENTRY = source_entry("minif2f", MINIF2F)
LEAN_WORKBOOK_ENTRY = source_entry("lean_workbook", LEAN_WORKBOOK)
TEXTBOOK_ENTRY = source_entry("textbook", TEXTBOOK)
