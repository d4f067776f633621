"""What runs in a worker process: one `Prover`, and the jobs that it is given."""
