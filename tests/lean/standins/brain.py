"""One embedded Lean that answers all stand-ins of a test run, over a socket, one JSON line each way."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from prover.errors import WorkerDied
from prover.lean import allowed
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.install import Installation
from prover.lean.embedded.kernel import EmbeddedKernel
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import ELABORATION, LeanProcess
from prover.lean.kernel.client import KernelAnswer
from prover.lean.session import Limits

DEFAULT_HEARTBEATS = 200_000
SECONDS = 120.0
# A native Lean elaborates whatever it is given: what the embedded verifier refuses to look at is let through here.
_COMMANDS = (
    *("axiom", "opaque", "instance", "example", "structure", "inductive", "variable", "universe", "attribute"),
    *("macro", "macro_rules", "syntax", "notation", "mixfix", "elab", "elab_rules", "eval", "print", "printAxioms"),
    *("check", "reduce", "exit", "export", "include", "omit", "mutual", "declaration", "classInductive", "unsafe"),
)
_PARTS = (
    *("ctor", "structFields", "structSimpleBinder", "structCtor", "extends", "computedFields", "declValEqns"),
    *("structureTk", "classTk", "identPrec", "optNamedPrio"),
)
_ANYTHING = wire.Allow(
    commands=(
        *allowed.FILE_COMMANDS,
        *(f"Lean.Parser.Command.{name}" for name in _COMMANDS),
    ),
    kinds=(
        *allowed.KINDS,
        *(f"Lean.Parser.Command.{name}" for name in (*_COMMANDS, *_PARTS)),
        *(f"Lean.Parser.Tactic.{name}" for name in ("tacticSorry", "tacticAdmit", "tacticStop_", "nativeDecide")),
        "Lean.Parser.Tactic.Grind.sorry",
        "Lean.Parser.Tactic.Grind.grindAdmit",
        "Lean.Parser.Term.sorry",
    ),
    options=(*allowed.OPTIONS, "debug.skipKernelTC", "debug.byAsSorry", "warn.sorry", "warningAsError"),
    attributes=(*allowed.ATTRIBUTES, "implemented_by", "extern", "csimp", "instance", "local", "scoped"),
    configurationKinds=allowed.CONFIGURATION_KINDS,
    configurationNames=(*allowed.CONFIGURATION_NAMES, "native"),
    refusedNames=(),
    refusedParts=(),
)


_RESTS = re.compile(r"the proof rests on (\S+), which is not trusted")
_KIND = re.compile(r"(\S+) is neither a theorem nor a safe definition \((\w+)\)")


def _found(answer: KernelAnswer, candidate: str) -> dict[str, Any]:
    """Return what a native replay reports, of which the kernel's answer and the document say enough."""
    table = json.loads(candidate)
    names = [""]
    for parent, part in table["names"]:
        names.append(f"{names[parent]}.{part}" if parent else str(part))
    fresh = [
        {"name": names[made["name"]], "kind": made["kind"].replace("definition", "def"), "safe": True, "given": False}
        for made in table["declarations"]
    ]
    hollow = [{"name": name, "proposition": True} for name in answer.axioms]
    kernel = None
    if not answer.accepted:
        if (rests := _RESTS.fullmatch(answer.message)) is not None:
            hollow.append({"name": rests[1], "proposition": False})
        elif (foreign := _KIND.fullmatch(answer.message)) is not None:
            fresh.append({"name": foreign[1], "kind": foreign[2], "safe": True, "given": True})
        else:
            kernel = answer.message
    return {"fresh": fresh, "bodiless": hollow, "kernel": kernel}


class BrainServer:
    """Serves an embedded Lean on a socket in a folder. A process that dies is replaced; its states are gone."""

    def __init__(self, installation: Installation, where: Context, folder: Path) -> None:
        self._installation = installation
        self._where = where
        self._turn = threading.Lock()
        self._process: LeanProcess | None = None
        self._next = 0
        self._elaboration = ContextProcesses(
            installation, ELABORATION, lambda process, where: load(process, installation, where, SECONDS), 4096
        )
        self._kernel = EmbeddedKernel(installation, Limits())
        brain = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    answer = brain.answer(json.loads(line))
                    try:
                        self.wfile.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                    except OSError:
                        return  # who asked was killed meanwhile

        self._server = socketserver.ThreadingUnixStreamServer(str(folder / "brain.socket"), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer one question; `died` says that Lean ended itself over it."""
        with self._turn:
            try:
                operations: dict[str, Callable[..., dict[str, Any]]] = {
                    "start": self._start, "step": self._step, "judge": self._judge,
                }  # fmt: skip
                return operations[request.pop("op")](**request)
            except WorkerDied as died:
                self._replace()
                return {"died": str(died)}

    def _start(self, header: str, statement: str) -> dict[str, Any]:
        number = self._number()
        request = wire.Start(
            problem=number, state=number, header=header, statement=statement, heartbeats=DEFAULT_HEARTBEATS
        )
        view = self._ask(request, wire.View)
        if view.status != "ok":
            return {"errors": [message.model_dump() for message in view.messages]}
        return {"state": number, "goals": [goal.text for goal in view.goals]}

    def _step(self, state: int, block: str, heartbeats: int) -> dict[str, Any]:
        number = self._number()
        limit = heartbeats or DEFAULT_HEARTBEATS
        request = wire.StepRequest(op="step", origin=state, state=number, tactic=block, heartbeats=limit)
        view = self._ask(request, wire.View)
        if view.status in ("solved", "advanced", "ok"):
            return {"state": number, "goals": [goal.text for goal in view.goals], "spent": view.heartbeats}
        message = view.message
        if view.status == "heartbeats" and "heartbeats" not in message:
            message = f"(deterministic) timeout, maximum number of heartbeats ({limit}) has been reached: {message}"
        return {"error": message, "spent": view.heartbeats}

    def _judge(
        self, header: str, statement: str, candidate: str, candidate_header: str, heartbeats: int
    ) -> dict[str, Any]:
        """Elaborate a candidate as a native Lean would: without looking at it first, its own notation included."""
        where = self._where
        stated = self._elaborate(wire.State(header=header, statement=statement, allow=_ANYTHING), wire.Stated)
        if stated.status == "refused":
            return {"status": "statement", "refused": None, "messages": [m.model_dump() for m in stated.messages]}
        request = wire.Examine(
            header=candidate_header,
            candidate=candidate,
            theorem=stated.theorem,
            says=stated.says,
            stated=stated.stated,
            allow=_ANYTHING,
            heartbeats=heartbeats or DEFAULT_HEARTBEATS,
        )
        own: set[str] = set()
        while True:
            allow = _ANYTHING.model_copy(update={"kinds": (*_ANYTHING.kinds, *own)})
            facts = self._elaborate(request.model_copy(update={"allow": allow}), wire.Facts)
            refused = facts.refused
            if (
                refused is None
                or refused.stage != "syntax-kind"
                or refused.what.startswith("Lean.")
                or refused.what in own
            ):
                break
            own.add(refused.what)
        document = {**facts.model_dump(), "name": stated.theorem, "typeDigest": stated.typeDigest}
        document |= {"fresh": [made.model_dump() | {"given": False} for made in facts.foreign]}
        document |= {"bodiless": [], "missing": [], "kernel": None}
        if facts.document:
            answer = self._kernel.ask(where, stated.document.encode(), facts.document.encode(), 2 * DEFAULT_HEARTBEATS)
            document |= _found(answer, facts.document)
        return document

    def _elaborate(self, request: wire.Request, reply: type[wire.R]) -> wire.R:
        return self._elaboration.get(self._where)[0].ask(request, reply, SECONDS)

    def _ask(self, request: wire.Request, reply: type[wire.R]) -> wire.R:
        if self._process is None:
            self._process = LeanProcess(self._installation)
            load(self._process, self._installation, self._where, SECONDS)
        return self._process.ask(request, reply, SECONDS)

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _replace(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None
        self._elaboration.discard(self._where)

    def __enter__(self) -> BrainServer:
        with self._turn:
            self._start("", "theorem warm : True := by")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._replace()
        self._kernel.close()
