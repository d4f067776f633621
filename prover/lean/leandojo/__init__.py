"""The package `lean_dojo` as a backend: its Dojo in processes of its own, tracing, and what is mined from traces.

Everything that imports the package runs in `worker.py` or `miner.py`, in a process with a scrubbed environment:
importing it removes the host's log handlers, reads `.env` files, creates folders, and may call the network.
"""
