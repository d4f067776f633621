import Lean

/-!
# What a compiled candidate really proves

`lake env lean --run Replay.lean NONCE TRUSTED.olean CANDIDATE.olean` reads two compiled files as data, without importing
either: none of their code runs here. It compares the statement, has the kernel check every constant of the candidate again
in the environment of the imports alone, walks what the theorem rests on, and prints one line of JSON that carries the nonce.
The same is done by lean4checker and, for whole projects, by leanprover/comparator.

The theorem in question is the one that the trusted file proves by `sorry`. Facts only: `prover/lean/native/verify.py` judges.
-/

open Lean

namespace Replay

/-- Constants that prove anything, or that ask compiled code: never trusted, wherever they come from. -/
def never : List Name :=
  [`sorryAx, `Lean.reduceBool, `Lean.reduceNat, `Lean.ofReduceBool, `Lean.ofReduceNat, `Lean.trustCompiler]

def kind : ConstantInfo → String
  | .axiomInfo _ => "axiom"
  | .defnInfo _ => "def"
  | .thmInfo _ => "theorem"
  | .opaqueInfo _ => "opaque"
  | .quotInfo _ => "quotient"
  | .inductInfo _ => "inductive"
  | .ctorInfo _ => "constructor"
  | .recInfo _ => "recursor"

/-- The value of a definition, a theorem or an opaque constant. -/
def body : ConstantInfo → Option Expr
  | .defnInfo v => some v.value
  | .thmInfo v => some v.value
  | .opaqueInfo v => some v.value
  | _ => none

def constructors : ConstantInfo → List Name
  | .inductInfo v => v.ctors
  | _ => []

def isTheorem : ConstantInfo → Bool
  | .thmInfo _ => true
  | _ => false

/-- What a constant mentions. -/
def mentions (c : ConstantInfo) : List Name :=
  c.type.getUsedConstants.toList ++ ((body c).map (·.getUsedConstants.toList)).getD [] ++ constructors c

/-- The constants of a file by name. -/
def table (constants : Array ConstantInfo) : NameMap ConstantInfo :=
  constants.foldl (fun m c => m.insert c.name c) {}

/-- Whether two constants are the same in all that the logic sees; of a theorem in question only the statement counts. -/
def same (a b : ConstantInfo) (statementOnly : Bool) : Bool :=
  a.type == b.type && a.levelParams == b.levelParams &&
    (statementOnly || (kind a == kind b && body a == body b && constructors a == constructors b))

/-- What differs between the statement in the trusted file and in the candidate, definitions below it included. -/
partial def difference (trusted candidate : NameMap ConstantInfo) (root : Name) :
    List Name → NameSet → Option String
  | [], _ => none
  | name :: rest, seen =>
    if seen.contains name then difference trusted candidate root rest seen
    else
      let seen := seen.insert name
      match trusted.find? name, candidate.find? name with
      | none, none => difference trusted candidate root rest seen
      | some _, none => some (if name == root then s!"there is no theorem {name}" else s!"{name} is missing")
      | none, some _ => some s!"{name} comes from somewhere else"
      | some a, some b =>
        if name == root && !isTheorem b then some s!"{name} is a {kind b}, not a theorem"
        else if !same a b (name == root) then
          some (if name == root then s!"{name} states something else" else s!"{name} is defined differently")
        else
          let below := if name == root then a.type.getUsedConstants.toList else mentions a
          difference trusted candidate root (below ++ rest) seen

/-- The axioms that constants rest on, with those that are never trusted, and the constants that do not exist. -/
partial def foundations (find : Name → Option ConstantInfo) :
    List Name → NameSet → List Name → List Name → List Name × List Name
  | [], _, axioms, missing => (axioms.reverse, missing.reverse)
  | name :: rest, seen, axioms, missing =>
    if seen.contains name then foundations find rest seen axioms missing
    else
      let seen := seen.insert name
      match find name with
      | none => foundations find rest seen axioms (name :: missing)
      | some c =>
        let isAxiom := kind c == "axiom" || never.contains name
        foundations find (mentions c ++ rest) seen (if isAxiom then name :: axioms else axioms) missing

def names (xs : List Name) : Json := Json.arr (xs.map fun n => Json.str n.toString).toArray

def described (c : ConstantInfo) : Json := Json.mkObj
  [("name", Json.str c.name.toString), ("kind", Json.str (kind c)), ("safe", Json.bool (!c.isUnsafe && !c.isPartial))]

def optional : Option String → Json
  | some s => Json.str s
  | none => Json.null

def imported (d : ModuleData) : List Name := d.imports.toList.map (·.module)

/-- The theorem that the trusted file proves by `sorry`. -/
def inQuestion (constants : Array ConstantInfo) : Option ConstantInfo :=
  constants.find? fun c => isTheorem c && ((body c).map (·.getUsedConstants.contains `sorryAx)).getD false

def judge (nonce : String) (trusted candidate : System.FilePath) : IO Json := do
  let (t, _) ← readModuleData trusted
  let (c, _) ← readModuleData candidate
  let some root := inQuestion t.constants | throw <| IO.userError "the trusted file leaves no theorem open"
  let before := table t.constants
  let after := table c.constants
  let different :=
    if imported t != imported c then some "the candidate imports something else"
    else difference before after root.name [root.name] {}
  let fresh := c.constants.toList.filter fun x => !before.contains x.name || x.name == root.name
  let mut kernel : Option String := none
  let mut rests : List Name := []
  let mut missing : List Name := []
  if different.isNone then
    let environment ← importModules t.imports {}
    try
      let replayed ← environment.replay (c.constants.foldl (fun m x => m.insert x.name x) {})
      let (axioms, lost) := foundations replayed.find? [root.name] {} [] []
      rests := axioms
      missing := lost
    catch error =>
      kernel := some error.toString
  return Json.mkObj
    [("nonce", Json.str nonce), ("name", Json.str root.name.toString), ("difference", optional different),
     ("fresh", Json.arr (fresh.map described).toArray), ("axioms", names rests), ("missing", names missing),
     ("kernel", optional kernel), ("typeDigest", Json.str (toString (hash root.type)))]

end Replay

def main (arguments : List String) : IO UInt32 := do
  let [nonce, trusted, candidate] := arguments
    | IO.eprintln "usage: lean --run Replay.lean NONCE TRUSTED.olean CANDIDATE.olean"; return 2
  initSearchPath (← findSysroot)
  IO.println (← Replay.judge nonce trusted candidate).compress
  return 0
