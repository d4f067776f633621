"""Watch a search as it goes, and stop it: events come from an iterator, and leaving it cancels what is in progress."""

from prover import Ended, Prover, Started, Stepped, Verified

# Nobody expects a proof; a statement that is plainly false would be refuted before the search.
STATEMENT = "theorem t (a b c n : ℕ) (h : 2 < n) (k : 0 < a * b) : a ^ n + b ^ n ≠ c ^ n := by"

with Prover(budget="lean_calls=500") as prover:
    for event in prover.watch(STATEMENT):
        match event:
            case Started():
                print(event.goals)
            case Stepped():
                print(f"{event.number:3} {event.outcome:8} {event.action.splitlines()[0]}")
                if event.number == 8:
                    break  # nobody has to wait for the rest
            case Verified():
                print(event.verdict.verdict)
            case Ended():
                print(event.attempt.status)

print("stopped")
