"""Expert iteration and fine-tuning: the phases, over learners and runs."""
