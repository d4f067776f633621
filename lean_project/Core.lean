import Core.Notation
import Core.Reals
import Core.Order
import Core.Nat
