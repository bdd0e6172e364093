"""Checking many files in several processes, with the results in the order of the files.

A process that checks files is started afresh (never forked), so that it is the same on every system, and pays
its imports once. What comes back from it is what will be written, a piece of text, and not the report: that
is a tenth of the work to send. Formats that need all reports at once get the reports.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait as wait_for

from claimcheck.cli.status import NOT_CHECKED, Stop
from claimcheck.cli.task import Result, Task, check_task, collect_seldom

__all__ = ["check_in_processes"]

_AHEAD = 16
"""Files handed out for each process before the first of them is done: bounds what is held in memory."""


def check_in_processes(
    tasks: Sequence[Task], jobs: int, advance: Callable[[], object] = lambda: None
) -> Iterator[Result]:
    """The results of the tasks, in their order, from ``jobs`` processes.

    ``advance`` is called once for every task that is done, in any order. Should a process die, the tasks that
    were under way are done again, one at a time, so that the one that kills it is known and only it is lost.
    """
    left = deque(tasks)
    under_way: deque[tuple[Task, Future[Result]]] = deque()
    any_done = False
    pool = _start(jobs)
    try:
        while left or under_way:
            fresh = [left.popleft() for _ in range(min(len(left), _AHEAD * jobs - len(under_way)))]
            begun = {}
            for place in sorted(range(len(fresh)), key=lambda i: -_size(fresh[i])):  # what takes long first
                begun[place] = future = _submit(pool, fresh[place])
                future.add_done_callback(lambda done: None if _is_lost(done) else advance())
            under_way.extend((task, begun[place]) for place, task in enumerate(fresh))
            future = under_way[0][1]
            if _is_lost(future, patiently=True):
                wait([f for _, f in under_way])
                _stop(pool)
                under_way = deque((t, _alone(t, advance) if _is_lost(f) else f) for t, f in under_way)
                if not any_done and all(f.result().fault[0] for _, f in under_way):
                    raise Stop("no process could check anything", "leave --jobs out to check in this one")
                pool = _start(jobs)
                continue
            under_way.popleft()
            any_done = True
            yield future.result()
    finally:
        _stop(pool)


def _alone(task: Task, advance: Callable[[], object]) -> Future[Result]:
    """The result of a task in a process of its own, which may die of it."""
    pool = _start(1)
    try:
        future = _submit(pool, task)
        if not _is_lost(future, patiently=True):
            return future
    finally:
        _stop(pool)
        advance()
    told: Future[Result] = Future()
    message = f"{task.path} was not checked: the process that checked it was ended"
    told.set_result(Result("not checked", NOT_CHECKED, fault=(message, "perhaps it ran out of memory")))
    return told


def _is_lost(future: Future[Result], patiently: bool = False) -> bool:
    """Whether the process went away with the task; ``patiently`` waits for the task's end."""
    return (patiently or future.done()) and isinstance(future.exception(), BrokenProcessPool)


def _size(task: Task) -> int:
    """The size of a file in bytes, by which long checks are told from short ones."""
    try:
        return len(task.data) if task.data is not None else os.path.getsize(task.path)
    except OSError:
        return 0


# -- processes --------------------------------------------------------------------------------------------


def _start(jobs: int) -> ProcessPoolExecutor:
    afresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=afresh, initializer=_begin)


def _submit(pool: ProcessPoolExecutor, task: Task) -> Future[Result]:
    try:
        with _interrupts_held_back(), _script_hidden():
            return pool.submit(check_task, task)
    except BrokenProcessPool as broken:
        lost: Future[Result] = Future()
        lost.set_exception(broken)
        return lost


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the pool without waiting for what is under way."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal: those started here inherit that they do not hear it."""
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


@contextmanager
def _script_hidden() -> Iterator[None]:
    """A new process runs the calling script again, for the functions in it; nothing of it is needed here."""
    script: dict[str, object] = vars(sys.modules["__main__"])
    hidden: dict[str, object] = {name: script[name] for name in ("__file__", "__spec__") if name in script}
    script.pop("__file__", None)
    script["__spec__"] = None
    try:
        yield
    finally:
        script.update(hidden)


def _begin() -> None:
    """In a new process: leave Ctrl-C to its parent, and go when that has gone."""
    collect_seldom()
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(NOT_CHECKED)
