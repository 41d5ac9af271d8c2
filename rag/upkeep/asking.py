"""Asks the service that holds a data folder for its vectors. Knows nothing of what they are for."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

import numpy as np

from rag.errors import StoreUnavailableError
from rag.protocols import Vectors

PASS_HEADER = "Gazette-Folder-Pass"
"""Shows the service that whoever asks may read its data folder; see ``rag.ledger.lock``."""

ASK_SECONDS = 60.0
"""How long a service may take for a page of vectors, also while it takes documents in."""


def vectors_of_service(url: str, folder_pass: str | None) -> Callable[[str, Sequence[str]], dict[str, Vectors]]:
    """Vectors as the service at ``url`` gives them, of any collection, whether it asks others for keys or not.

    Args:
        url: where it listens.
        folder_pass: the word it left in its data folder.

    Raises:
        StoreUnavailableError: when asked: it does not answer, or refuses.
    """

    def rows(collection: str, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        body = json.dumps({"passage_ids": list(passage_ids)}).encode()
        headers = {"Content-Type": "application/json", "Gazette-Collection": collection}
        if folder_pass is not None:
            headers[PASS_HEADER] = folder_pass
        asked = Request(f"{url}/v1/vectors", body, headers)
        try:
            # The URL our own service wrote into the data folder; it is on this machine, so no proxy is asked.
            with build_opener(ProxyHandler({})).open(asked, timeout=ASK_SECONDS) as reply:
                told = json.load(reply)
        except HTTPError as error:
            raise StoreUnavailableError(
                f"{url}/v1/vectors: {error.code}; stop the service for the backup, or let it write none of the vectors "
                "with --no-vectors"
            ) from error
        except (URLError, TimeoutError, ValueError) as error:
            raise StoreUnavailableError(f"{url}/v1/vectors: {error}; try again, or stop the service") from error
        return {name: np.frombuffer(b64decode(row), "<f4") for name, row in told["vectors"].items()}

    return rows
