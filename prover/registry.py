"""The one mechanism by which things are added: policies, strategies, backends, learners, datasets.

A `Registry` holds the entries of one kind by name. An entry comes from this repository, from an installed package
(an entry point of the group `proofsmith.policies`, and so on), from `register` in the running process, or from
`python:package.module:attribute` where a name is expected. All of them are used in the same way, and nothing is
imported before its name is asked for.

What people write is a SPEC, `name[:target][?key=value&…]`. The entry's settings model validates what stands behind the
`?`, and an unknown name or setting is refused here, in one place, with what is nearest.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, ValidationError, model_serializer, model_validator

from prover.errors import ProverError, SetupError, UsageError
from prover.types import Frozen

T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound="Entry[Any]")

PYTHON = "python"
"""The name under which an attribute of an importable module is an entry."""


class NoSettings(Frozen):
    """The settings of an entry that has none."""


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[T_co]):
    """One thing that can be named.

    `summary` is its line in help texts and tables. `settings` is the frozen model of what stands behind the `?` of a
    SPEC, and `target` what has to stand behind the `:` (`PATH_OR_ID`), empty where nothing may. `make(settings, spec)`
    returns the thing and does not start anything. `check` is what `prover doctor` prints: it returns what it found, or
    raises a `ProverError` that ends in the remedy; without one, the packages of `extra` are looked for. `extra` is what
    `pip install 'proofsmith[EXTRA]'` brings. `needed` says that the defaults do not work without it.
    """

    name: str
    summary: str
    make: Callable[[Any, Spec], T_co]
    settings: type[Frozen] = NoSettings
    target: str = ""
    check: Callable[[], str] | None = None
    extra: str = ""
    needed: bool = False

    @property
    def form(self) -> str:
        """How the entry is written: `hf:PATH_OR_ID`."""
        return f"{self.name}:{self.target}" if self.target else self.name

    def examine(self) -> str:
        """Return what works, in a line. Raises `ProverError` that ends in the remedy."""
        return self.check() if self.check is not None else self.summary

    def read(self, given: Mapping[str, Any]) -> Frozen:
        """Return the settings that a SPEC gives. Raises `ValueError` that names the setting and what there is."""
        known = self.settings.model_fields
        for name in given:
            if name not in known:
                raise ValueError(self._unknown(name))
        try:
            return self.settings.model_validate({name: _none(value) for name, value in given.items()})
        except ValidationError as error:
            first = error.errors()[0]
            said = first["msg"].removeprefix("Value error, ")
            if not first["loc"]:
                raise ValueError(said) from None
            name = str(first["loc"][0])
            raise ValueError(f"{self.name} cannot take {name}={given.get(name)}: {said}") from None

    def _unknown(self, name: str) -> str:
        known = self.settings.model_fields
        if not known:
            return f"{self.name} has no setting {name!r}; it takes none"
        secret = ": keys come from the environment only, see key_env" if "key" in name or name == "token" else ""
        return f"{self.name} has no setting {name!r}{secret}; it has {', '.join(known)}{_nearest(name, known)}"


class Registry(Generic[E]):
    """The entries of one kind. Thread-safe.

    `kind` is the word for one of them in messages, `builtin` maps the names of this repository's to
    `module:attribute` or to what returns the entry. `wrap(name, value)` makes an entry of what an entry point or
    `python:` names, where that is none yet, such as a plain function; it raises `UsageError` for what cannot be one.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        builtin: Mapping[str, str | Callable[[], E]],
        wrap: Callable[[str, Any], E],
    ) -> None:
        self.kind = kind
        self.group = group
        self._builtin = builtin
        self._wrap = wrap
        self._lock = threading.Lock()
        self._registered: dict[str, E] = {}
        self._loaded: dict[str, E] = {}

    @cached_property
    def _installed(self) -> Mapping[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=self.group) if point.name not in self._builtin}

    def names(self) -> tuple[str, ...]:
        """Return all names: this repository's, then those of installed packages, then those of this process."""
        return tuple(dict.fromkeys((*self._builtin, *self._installed, *self._registered)))

    def __contains__(self, name: object) -> bool:
        return name in self._builtin or name in self._registered or name in self._installed

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def register(self, entry: E, module: str = "") -> None:
        """Add an entry to this process, or replace the one that was added under its name.

        An installed package may register in `module` what its entry point names there. Raises `UsageError` for another
        name of a package, or one of this repository.
        """
        point = self._installed.get(entry.name)
        if point is not None and point.module == module:
            return
        if entry.name in self._builtin or point is not None or entry.name == PYTHON:
            raise UsageError(f"there is a {self.kind} {entry.name!r} already; choose another name")
        with self._lock:
            self._registered[entry.name] = entry

    def get(self, name: str, target: str = "") -> E:
        """Return an entry; `python` takes `package.module:attribute` as its target.

        Raises `UsageError` with the nearest names for one that is unknown, and `SetupError` for one that cannot be
        imported.
        """
        key = f"{PYTHON}:{target}" if name == PYTHON else name
        with self._lock:
            known = self._registered.get(key) or self._loaded.get(key)
        if known is not None:
            return known
        entry = self._load(name, target)
        with self._lock:
            return self._loaded.setdefault(key, entry)

    def entries(self) -> list[E]:
        """Return every entry, in the order of `names`. Raises as `get`."""
        return [self.get(name) for name in self.names()]

    def nearest(self, name: str) -> str:
        """Return what to add to a sentence about an unknown name: the nearest ones, or nothing."""
        return _nearest(name, self.names())

    def origin(self, name: str) -> str:
        """Return where an entry comes from: empty for this repository, else the package that brings it."""
        point = self._installed.get(name)
        if point is not None:
            return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value
        return "" if name in self._builtin else "this process"

    def forms(self) -> str:
        """Return how the entries are written, for help texts; one that cannot be imported by its name alone."""
        return ", ".join(self._form(name) for name in self.names())

    def table(self) -> str:
        """Return a Markdown table of the entries with their settings, for the documents."""
        rows = ["| name | what it is | settings |", "| --- | --- | --- |"]
        for entry in self.entries():
            settings = ", ".join(
                f"`{name}={_shown(field.get_default(call_default_factory=True))}`"
                for name, field in entry.settings.model_fields.items()
            )
            rows.append(f"| `{entry.form}` | {entry.summary} | {settings or 'none'} |")
        return "\n".join(rows)

    def _form(self, name: str) -> str:
        try:
            return self.get(name).form
        except ProverError:
            return name

    def _load(self, name: str, target: str) -> E:
        if name in self._builtin:
            home = self._builtin[name]
            found: E = import_attribute(home) if isinstance(home, str) else home()
            return found
        if name == PYTHON:
            return self._entry(name, import_attribute(target))
        point = self._installed.get(name)
        if point is None:
            there = f"there are {', '.join(self.names())} and {PYTHON}:package.module:attribute"
            raise UsageError(f"there is no {self.kind} {name!r}; {there}{_nearest(name, self.names())}")
        try:
            loaded = point.load()
        except Exception as error:  # an installed package can fail in any way
            said = f"{type(error).__name__}: {error}"
            raise SetupError(
                f"the {self.kind} {name} of {self.origin(name)} cannot be imported ({said}): "
                "install that package again, or uninstall it"
            ) from error
        return self._entry(name, loaded)

    def _entry(self, name: str, value: Any) -> E:
        value = getattr(value, MARK, value)
        return self._wrap(name, value)


def summary_of(value: Any, otherwise: str = "") -> str:
    """Return the first line of what a class or a function says of itself, or something else where it says nothing."""
    return (inspect.getdoc(value) or "").partition("\n")[0] or otherwise


def of_protocol(kind: str, protocol: type, method: str) -> Callable[[str, Any], Entry[Any]]:
    """Return the `wrap` of a registry whose things have a protocol: it takes an entry, a class or an instance.

    `protocol` can be checked at run time; `method` is one of its methods, by which a class is known.
    """

    def wrap(name: str, value: Any) -> Entry[Any]:
        if isinstance(value, Entry):
            return value
        summary = summary_of(value, f"another {kind}")
        if inspect.isclass(value) and hasattr(value, method):
            made: Any = value
            return Entry(name=name, summary=summary, make=lambda settings, spec: made())
        if isinstance(value, protocol):
            return Entry(name=name, summary=summary, make=lambda settings, spec: value)
        raise UsageError(
            f"the {kind} {name} is a {type(value).__name__}; name a class with the methods of a {protocol.__name__}"
        )

    return wrap


MARK = "__proofsmith_entry__"
"""The attribute under which a decorated function carries its entry."""


class Spec(Frozen):
    """What people write: a name, what stands behind its `:`, and the settings that differ from the defaults.

    A subclass says in `registry` what is named. In files a SPEC is one text, the same as on the command line.
    """

    registry: ClassVar[Registry[Any]]

    name: str
    target: str = ""
    settings: dict[str, bool | int | float | str | None] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        address, _, query = given.partition("?")
        name, _, target = address.partition(":")
        settings = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        return {"name": name, "target": target, "settings": settings}

    @model_validator(mode="after")
    def _known(self) -> Spec:
        if not self.model_fields_set:
            return self  # the default is right, and is not imported before it is made
        try:
            entry = self.registry.get(self.name, self.target)
        except ProverError as error:
            raise ValueError(str(error)) from error
        if self.name != PYTHON:
            if entry.target and not self.target:
                raise ValueError(f"{self.name} needs {entry.target}; write {entry.form}")
            if self.target and not entry.target:
                raise ValueError(f"{self.name} takes no target, and {self.target!r} was given; write {self.name}")
        typed = entry.read(self.settings)
        # The values as their types, so that `0.60` and `0.6` are one SPEC.
        for name in self.settings:
            self.settings[name] = getattr(typed, name)
        return self

    @model_serializer
    def _text(self) -> str:
        return str(self)

    @property
    def address(self) -> str:
        """The name with its target, without the settings."""
        return f"{self.name}:{self.target}" if self.target else self.name

    def __str__(self) -> str:
        address = self.address
        given = sorted((name, _shown(value)) for name, value in self.settings.items())
        return f"{address}?{urlencode(given, safe='/:,')}" if given else address

    @property
    def entry(self) -> Any:
        """The entry that is named."""
        return self.registry.get(self.name, self.target)

    @property
    def read(self) -> Any:
        """The settings, as the entry's model has them."""
        return self.entry.read(self.settings)

    def make(self) -> Any:
        """Return the thing that is named. Raises `ProverError` where it cannot be had."""
        return self.entry.make(self.read, self)


def import_attribute(address: str) -> Any:
    """Return the attribute that `package.module:attribute` names. Raises `UsageError`."""
    module, colon, attribute = address.partition(":")
    if not (module and colon and attribute):
        raise UsageError(f"{PYTHON}:{address} names nothing; write {PYTHON}:package.module:attribute")
    try:
        found = importlib.import_module(module)
    except Exception as error:  # the module is the user's and can fail in any way
        said = f"{type(error).__name__}: {error}"
        where = f"{PYTHON}:{address}"
        raise UsageError(f"{where}: {module} cannot be imported ({said}); check the name and PYTHONPATH") from error
    try:
        for part in attribute.split("."):
            found = getattr(found, part)
    except AttributeError:
        there = [name for name in vars(found) if not name.startswith("_")] if hasattr(found, "__dict__") else []
        near = _nearest(attribute, there)
        raise UsageError(f"{PYTHON}:{address}: {module} has no {attribute!r}; write the name of one{near}") from None
    return found


def packages(extra: str, *names: str) -> str:
    """Return the versions of packages without importing any. Raises `SetupError` for one that is not installed."""
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            wanted = f"'proofsmith[{extra}]'" if extra else name
            raise SetupError(f"{name} is not installed: pip install {wanted}") from None
    return ", ".join(found)


def check_known(kind: str, name: str, known: Collection[str]) -> None:
    """Raise `ValueError`, for a settings model, if there is nothing of a name."""
    if name not in known:
        raise ValueError(f"there is no {kind} {name!r}{_nearest(name, known)}; there are {', '.join(known)}")


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, [str(word) for word in known], n=2)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _none(value: Any) -> Any:
    return None if value == "none" else value


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
