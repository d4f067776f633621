"""Real functions in the spellings in which Lean prints them, and terms as arguments."""

from __future__ import annotations

from prover.policies.certificates.reading.terms import Term, number


def atomic(term: Term) -> str:
    """Print a term as an argument."""
    return term.text if term.kind == "name" and "." not in term.value else f"({term.text})"


def root(term: Term) -> Term | None:
    """Return what a square root is taken of, or None for another term."""
    if term.is_op("√"):
        return term.args[0]
    name, argument = real_function(term)
    return argument if name == "sqrt" else None


def canonical(term: Term) -> Term:
    """Return `rexp x`, `x.sin` and powers of their like with `Real.exp x`, `Real.sin x`; other terms as they are."""
    if term.is_op("^"):
        base, exponent = canonical(term.args[0]), term.args[1]
        same = base is term.args[0] or not exponent.text
        return term if same else Term("op", "^", (base, exponent), text=f"{base.text} ^ {atomic(exponent)}")
    name, argument = real_function(term)
    if argument is None or name == "sqrt":
        return term
    return applied(name, argument)


def applied(name: str, argument: Term) -> Term:
    """Return `Real.name argument`; a numeral needs no type there."""
    head = f"Real.{name}"
    if argument.is_op("type") and argument.args[0].kind == "num":
        argument = argument.args[0]
    return Term("app", "", (Term("name", head, text=head), argument), text=f"{head} {atomic(argument)}")


def based_logarithm(term: Term) -> tuple[Term, Term] | None:
    """Return the base and the argument of `Real.logb b x`, also written `b.logb x`; None for another term."""
    if term.kind != "app":
        return None
    head = term.args[0]
    if head.kind == "name" and head.value in ("Real.logb", "logb") and len(term.args) == 3:
        return term.args[1], term.args[2]
    if head.kind == "name" and head.value.endswith(".logb") and len(term.args) == 2:
        base = head.value.removesuffix(".logb")
        return Term("name", base, text=base), term.args[1]
    return (head.args[0], term.args[1]) if head.is_op(".logb") and len(term.args) == 2 else None


def real_function(term: Term) -> tuple[str, Term | None]:
    """Return the name of a real function and its argument: of `Real.exp x`, `rexp x` or `x.exp` they are `exp`, `x`."""
    if term.kind == "app" and len(term.args) == 2 and term.args[0].kind == "name":
        head, _, name = term.args[0].value.rpartition(".")
        name = "exp" if (head, name) == ("", "rexp") else name
        if head in ("", "Real") and name in ("sqrt", "exp", "log", "sin", "cos", "tan"):
            return name, term.args[1]
    if term.kind == "name" and term.value.rpartition(".")[2] in ("sqrt", "exp", "log", "sin", "cos", "tan"):
        base = term.value.rpartition(".")[0]
        if base and base not in ("Real", "Complex", "Nat"):
            return term.value.rpartition(".")[2], Term("name", base, text=base)
    if term.kind == "op" and term.value in (".sqrt", ".exp", ".log", ".sin", ".cos", ".tan"):
        return term.value[1:], term.args[0]
    return "", None


def bare(term: Term) -> Term:
    """Return a term without the types that are written around it."""
    return bare(term.args[0]) if term.is_op("type") else term


def fraction(term: Term) -> tuple[int, int] | None:
    """Return both numerals of a written quotient that is none by zero, whatever types it says; or None."""
    term = bare(term)
    above, below = (number(bare(side)) for side in term.args) if term.is_op("/") else (None, None)
    return (above, below) if above is not None and below else None
