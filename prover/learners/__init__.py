"""What learns from verified proofs: each learner trains a policy from examples (`prover.learners.learner.Learner`)."""
