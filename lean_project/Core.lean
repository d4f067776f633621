import Core.Notation
import Core.Reals
import Core.RealFunctions
import Core.Floor
import Core.Nat
import Core.Lemmas.Signs
