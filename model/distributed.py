"""Training on several GPUs or machines: what torchrun started, and the little the trainer asks of it.

``torchrun --nproc-per-node 2 -m model train …`` starts one process a device; PyTorch's DistributedDataParallel
averages their gradients. Without torchrun everything here does nothing.
"""

from __future__ import annotations

import os

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel


class Team:
    """The processes that train together: ``rank`` 0..size-1, of which rank 0 alone writes files."""

    def __init__(self) -> None:
        self.rank, self.size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        self._started = self.size > 1 and not distributed.is_initialized()
        if self._started:
            cuda = torch.cuda.is_available()
            if cuda:
                torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
            distributed.init_process_group("nccl" if cuda else "gloo")

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def wrapped(self, network: nn.Module) -> nn.Module:
        """The network with its gradients averaged over the team.

        On GPUs batch norms see the whole team's batch; PyTorch has no such norm for CPUs, so there they are frozen as
        they are, which suits continuing from trained weights.
        """
        if self.size == 1:
            return network
        if next(network.parameters()).is_cuda:
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
            here = torch.cuda.current_device()
            return DistributedDataParallel(network, device_ids=[here], find_unused_parameters=True)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        # A batch without any hint leaves the copy head out.
        return DistributedDataParallel(network, find_unused_parameters=True)

    def agreed(self, value: float, device: torch.device) -> float:
        """Rank 0's value, on every rank: clocks differ, but all must be at the same point of the budget."""
        if self.size == 1:
            return value
        told: Tensor = torch.tensor(value, dtype=torch.float64, device=device)
        distributed.broadcast(told, 0)
        return float(told)

    def wait(self) -> None:
        """Until every process is here."""
        if self.size > 1:
            distributed.barrier()

    def close(self) -> None:
        if self._started:
            distributed.destroy_process_group()
            self._started = False
