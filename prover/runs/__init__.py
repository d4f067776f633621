"""The run engine: attempts at many problems, each on the disk before it counts.

    tasks -> executor (threads | ray) -> work in a process -> result -> store

`run_attempts` is the one loop. The driver alone writes the store, so a run resumes in the same way wherever its
attempts were made.
"""
