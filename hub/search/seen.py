"""What somebody has seen, as few bytes: kinds and ids, not places in the index, which a rebuild deals out anew."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate, pairwise

from hub.search.store import Ref


def pack_refs(refs: Iterable[Ref]) -> bytes:
    """Ids as the steps from one to the next, which are small and alike."""
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, ref_id in sorted(refs):
        by_kind[kind].append(ref_id)
    steps = {kind: [after - before for before, after in pairwise([0, *ids])] for kind, ids in by_kind.items()}
    return zlib.compress(json.dumps(steps, separators=(",", ":")).encode())


def unpack_refs(data: bytes) -> set[Ref]:
    steps: dict[str, list[int]] = json.loads(zlib.decompress(data))
    return {(kind, ref_id) for kind, some in steps.items() for ref_id in accumulate(some)}
