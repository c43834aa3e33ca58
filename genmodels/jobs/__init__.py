"""Training as a service that everybody on the machine shares: a queue of jobs, and the keeper that works it off.

The truth is one folder per job (records.py), not a process: whoever may write there can ask, cancel and look.

    queue.py     ask for a training, leave it, the order of those who wait
    quota.py     the share of the disk: what goes when it is full, what is pinned
    keeper.py    the one process at a time that starts jobs, and takes up what was interrupted
    local.py     how jobs are started on this machine: an adapter of three calls
    runner.py    one process per job, without torch: watches its trainer and kills it when it must
    trainer.py   the process that trains

No torch here but in trainer.py, and there only once it runs: a page shows progress without it.
"""
