"""Runs a measurement in a process of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import logging
from multiprocessing import get_context
from typing import Any


def apart[**P, T](
    measure: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Return what an asynchronous function of a module returns in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(_run, partial(measure, *args, **kwargs)).result()
        except KeyboardInterrupt:
            # Its end would be waited for.
            process.kill_workers()
            raise


def _run[T](measure: Callable[[], Coroutine[Any, Any, T]]) -> T:
    # It warns of every custom integration.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    return asyncio.run(measure())
