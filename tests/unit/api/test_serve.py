from __future__ import annotations

import pytest

from api.serve import serve
from rag.errors import SettingsError
from rag.settings import ServeSettings, Settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com", ""])
def test_an_address_that_others_reach_is_refused_with_the_remedy(host: str) -> None:
    with pytest.raises(SettingsError, match="reverse proxy") as refused:
        serve(Settings(serve=ServeSettings(host=host)))
    assert repr(host) in str(refused.value)
