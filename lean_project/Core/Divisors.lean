import Core.Nat
import Core.Finset

/-!
# Divisors, Euler's function
-/

@[expose] noncomputable section
set_option compiler.extract_closed false -- so that an .olean made by the embedded Lean can be imported

namespace Core
namespace Nat

def divisors (n : ℕ) : Finset ℕ := Finset.filter (· ∣ n) (Finset.Ico 1 (n + 1))
def properDivisors (n : ℕ) : Finset ℕ := Finset.filter (· ∣ n) (Finset.Ico 1 n)
/-- Euler's function. -/
def totient (n : ℕ) : ℕ := (Finset.filter (fun a => Nat.Coprime n a) (Finset.range n)).card
scoped notation "φ" => Nat.totient

end Nat

end Core

end
