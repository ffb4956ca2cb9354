"""How much a heavy test takes: enough to fail in every CI run; all of it in `make deep`."""

import os

IS_DEEP = os.environ.get("CRM_DEEP") == "1"


def size(usual: int, deep: int) -> int:
    return deep if IS_DEEP else usual
