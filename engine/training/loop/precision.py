"""In what numbers a training computes, by what the processor can, and with how many threads."""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import torch


def wants_bf16(precision: str) -> bool:
    """Whether to compute in bfloat16; "auto" asks the processor, since emulation is slow."""
    if precision == "auto":
        # torch knows but does not say so in public; a version that stops knowing gets fp32.
        ask = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
        return bool(ask and ask())
    return precision == "bf16"


def use_threads(threads: int) -> None:
    """Computes with so many; 0 leaves torch its own choice, a thread a core."""
    if threads:
        torch.set_num_threads(threads)
