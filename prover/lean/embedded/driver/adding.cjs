'use strict';
// Adds declarations to an environment of the kernel, and asks it questions that have the form of a declaration.

const THEOREM = 2, DEFINITION = 1, OPAQUE = 3, AXIOM = 0, INDUCTIVE = 6; // constructors of `Declaration`
const SAFE = 1;
const HINTS = { opaque: 0, abbrev: 1 };
const HINTS_REGULAR = 2;
const HEARTBEATS = 1000;
const MOST = 2 ** 32 - 1;

// Constructors of `Kernel.Exception` in their order, as sentences. Nothing is printed by Lean, which would elaborate for it.
const EXCEPTIONS = [
  'unknown constant', 'a constant is declared already', 'declaration type mismatch', 'the declaration has metavariables',
  'the declaration has free variables', 'function expected', 'type expected', 'let type mismatch', 'type mismatch',
  'application type mismatch', 'invalid projection', 'the type of the theorem is not a proposition', 'refused',
  '(kernel) deterministic timeout', '(kernel) excessive memory consumption', '(kernel) deep recursion detected', '(kernel) interrupted',
];
const OTHER = 12, FIRST_LIMIT = 13;

class KernelRefusal extends Error {
  constructor(message, limit) {
    super(message);
    this.limit = limit;
  }
}

module.exports = function adding(lean) {
  const { raw, box, isScalar, keep, drop, tag, take } = lean;

  function refusal(exception) {
    const kind = isScalar(exception) ? lean.unbox(exception) : tag(exception);
    const message = kind === OTHER ? lean.text(take(exception, 0)) : EXCEPTIONS[kind] ?? 'refused';
    drop(exception);
    return new KernelRefusal(message, kind >= FIRST_LIMIT);
  }

  /** The kernel's environment with a declaration added; consumes both. Throws a `KernelRefusal`; `thousands` of heartbeats. */
  function add(environment, declaration, thousands) {
    raw.lean_io_set_heartbeats(box(0));
    const result = raw.lean_add_decl(environment, Math.min(MOST, thousands * HEARTBEATS) >>> 0, declaration, box(0)) >>> 0;
    drop(declaration);
    const failed = tag(result) === 0;
    const outcome = take(result, 0);
    drop(result);
    if (failed) throw refusal(outcome);
    return outcome;
  }

  const constant = (name, levels, type) => lean.constructor(0, [name, levels, type]);

  function hints(given) {
    if (given in HINTS) return box(HINTS[given]);
    const made = lean.constructor(HINTS_REGULAR, [], 4);
    new DataView(globalThis.Module.wasmMemory.buffer).setUint32(made + 8, given, true);
    return made;
  }

  /** The declarations of Lean; all arguments are consumed, `levels` is an owned list of names. */
  const definition = (name, levels, type, value, height) => {
    const made = lean.constructor(0, [constant(keep(name), levels, type), value, hints(height), lean.list([name])], 1);
    new Uint8Array(globalThis.Module.wasmMemory.buffer)[made + 8 + 4 * 4] = SAFE;
    return lean.constructor(DEFINITION, [made]);
  };
  const theorem = (name, levels, type, value) =>
    lean.constructor(THEOREM, [lean.constructor(0, [constant(keep(name), levels, type), value, lean.list([name])])]);
  const opaque = (name, levels, type, value) =>
    lean.constructor(OPAQUE, [lean.constructor(0, [constant(keep(name), levels, type), value, lean.list([name])], 1)]);
  const axiom = (name, levels, type) => lean.constructor(AXIOM, [lean.constructor(0, [constant(name, levels, type)], 1)]);
  const inductive = (levels, parameters, types) => lean.constructor(INDUCTIVE, [levels, box(parameters), lean.list(types.map(
    ({ name, type, constructors }) => lean.constructor(0, [name, type, lean.list(constructors.map((made) => lean.constructor(0, [made.name, made.type])))]),
  ))], 1);

  const proposition = () => raw.lean_expr_mk_sort(raw.lean_level_mk_zero(box(0))) >>> 0;

  /** Whether the kernel takes `predicate` for one on the arguments that `type`, `∀ …, Prop`, has. Consumes all but the environment. */
  function holdsAs(environment, name, levels, type, predicate, thousands) {
    try {
      drop(add(keep(environment), definition(name, levels, type, predicate, 'opaque'), thousands));
      return true;
    } catch (e) {
      if (e instanceof KernelRefusal && !e.limit) return false;
      throw e;
    }
  }

  return { add, definition, theorem, opaque, axiom, inductive, proposition, holdsAs };
};

module.exports.KernelRefusal = KernelRefusal;
