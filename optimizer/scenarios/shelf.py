"""Finished solves, kept on disk under the key of their question: what is there is never solved again.

Each is a folder that appears whole or not at all, so a run that was killed goes on where it was.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from optimizer.engine import Memory, NodeCut
from optimizer.errors import MetroplanError
from optimizer.plan import Plan, plan_from_json, plan_to_json
from optimizer.runs.staging import staging

__all__ = ["Shelf", "Solved"]

_FACTS, _PLAN, _MEMORY = "solve.json", "plan.json", "memory.npz"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Solved:
    """A finished solve.

    Parameters
    ----------
    plan
        None when no network meets what was asked.
    gap, time_limit_s
        How good it had to be, and how long it might take.
    seconds
        That it took.
    reasons
        Why there is no plan.
    score, score_bound
        Of a plan within a budget: what it reaches and the most that any could; None elsewhere.
    folder
        Where it is kept; None when it is not on disk.
    memory
        What the engine had learned by its end, from which the solves after it went on; None when it is not kept.
    """

    plan: Plan | None
    gap: float
    time_limit_s: float
    seconds: float
    reasons: tuple[str, ...] = ()
    score: float | None = None
    score_bound: float | None = None
    folder: Path | None = None
    memory: Memory | None = field(default=None, repr=False)

    def serves(self, gap: float, time_limit_s: float) -> bool:
        """Return whether it is as good as a new solve with these limits."""
        good = self.plan is None or self.plan.gap <= gap
        return good or (self.gap <= gap and self.time_limit_s >= time_limit_s)


@dataclass(frozen=True)
class Shelf:
    """Finished solves by key, in a folder or in memory alone.

    Parameters
    ----------
    folder
        Where they are kept; None keeps them in memory.
    """

    folder: Path | None = None
    _memory: dict[str, Solved] = field(default_factory=dict, repr=False, compare=False)

    def find(self, key: str, gap: float, time_limit_s: float) -> Solved | None:
        """Return the finished solve of a key when it is good enough."""
        found = self._memory.get(key) or self._read(key)
        if found is None or not found.serves(gap, time_limit_s):
            return None
        self._memory[key] = found
        return found

    def keep(self, key: str, words: str, solved: Solved, beside: Callable[[Path], None] | None = None) -> Solved:
        """Keep a finished solve, in place of a worse one; return it with its folder.

        Parameters
        ----------
        key, words, solved
            Key of the question, what was solved in words, and what came out.
        beside
            Puts more files into the folder, for example the inputs.

        Raises
        ------
        RunError
            If the disk refuses.
        """
        if self.folder is not None:
            with staging(self.folder) as part:
                _write(part.path, words, solved)
                if beside is not None:
                    beside(part.path)
                shutil.rmtree(self.folder / key, ignore_errors=True)
                part.publish(self.folder / key)
            solved = replace(solved, folder=self.folder / key)
        self._memory[key] = solved
        return solved

    def _read(self, key: str) -> Solved | None:
        """Read a kept solve; one that cannot be read counts as not there."""
        if self.folder is None or not (self.folder / key / _FACTS).is_file():
            return None
        folder = self.folder / key
        try:
            facts: dict[str, Any] = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
            facts.pop("words", None)
            plan = plan_from_json((folder / _PLAN).read_text(encoding="utf-8")) if facts.pop("planned") else None
            known = {**facts, "reasons": tuple(facts["reasons"]), "memory": _read_memory(folder / _MEMORY)}
            return Solved(plan=plan, folder=folder, **known)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile, MetroplanError) as error:
            _log.warning("The kept solve in '%s' cannot be read and is made anew: %s", folder, error)
            return None


def _write(folder: Path, words: str, solved: Solved) -> None:
    """Write plan, facts and what was learned."""
    if solved.plan is not None:
        (folder / _PLAN).write_text(plan_to_json(solved.plan), encoding="utf-8")
    facts = {
        "words": words,
        "planned": solved.plan is not None,
        "gap": solved.gap,
        "time_limit_s": solved.time_limit_s,
        "seconds": solved.seconds,
        "reasons": list(solved.reasons),
        "score": solved.score,
        "score_bound": solved.score_bound,
    }
    (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if solved.memory is not None and solved.memory.cuts:
        _write_memory(folder / _MEMORY, solved.memory)


def _write_memory(path: Path, memory: Memory) -> None:
    """Write what was learned, a bit for every node of a cut."""
    inside = np.array([cut.inside for cut in memory.cuts])
    terminal = np.array([cut.terminal for cut in memory.cuts], dtype=np.int64)
    bits = np.packbits(inside, axis=1)
    np.savez_compressed(path, bits=bits, nodes=inside.shape[1], terminal=terminal, root=memory.root)


def _read_memory(path: Path) -> Memory | None:
    """Read what was learned; None when it is not there."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as kept:
        inside = np.unpackbits(kept["bits"], axis=1, count=int(kept["nodes"])).astype(np.bool_)
        cuts = tuple(NodeCut(row, int(v)) for row, v in zip(inside, kept["terminal"], strict=True))
        return Memory(cuts, int(kept["root"]))
