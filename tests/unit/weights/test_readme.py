from __future__ import annotations

from hashlib import sha256

from rag.weights import BUNDLED


def test_the_readme_names_the_weights_that_are_shipped() -> None:
    """The digest stands in a file that `rag.revisions.revision` reads, so new weights are a new revision."""
    digest = sha256(BUNDLED.read_bytes()).hexdigest()
    assert digest in BUNDLED.with_name("README.md").read_text("utf-8")
