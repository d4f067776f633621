'use strict';
// Constants of an environment as Lean keeps them: what kind they are, what they use, whether two are the same.

const naming = require('./names.cjs');

const KINDS = ['axiom', 'def', 'theorem', 'opaque', 'quot', 'inductive', 'constructor', 'recursor'];
const INDUCTIVE = { parameters: 1, all: 3, constructors: 4 }; // fields of InductiveVal
const SAFE = 1; // DefinitionSafety: unsafe, safe, partial

module.exports = function constants(lean) {
  const { raw, box, unbox, isScalar, keep, drop, tag, size, field, take, call } = lean;
  const { key } = naming(lean);

  /** The `ConstantInfo` of a name, owned, or null. Lends environment and name. */
  function lookUp(environment, name) {
    const found = call('Lean_Environment_find_x3f', keep(environment), keep(name), box(0));
    if (isScalar(found)) return null;
    const info = take(found, 0);
    drop(found);
    return info;
  }

  /** The same as the kernel sees it: also what the kernel made by itself. */
  function inKernel(environment, name) {
    const kernel = raw.lean_elab_environment_to_kernel_env(keep(environment)) >>> 0;
    const found = raw.lean_environment_find(kernel, keep(name)) >>> 0;
    if (isScalar(found)) return null;
    const info = take(found, 0);
    drop(found);
    return info;
  }

  const moduleIndex = (environment, name) => {
    const found = call('Lean_Environment_getModuleIdxFor_x3f', keep(environment), keep(name));
    if (isScalar(found)) return null;
    const index = unbox(field(found, 0));
    drop(found);
    return index;
  };

  const kindOf = (info) => KINDS[tag(info)];
  const value = (info) => field(info, 0);
  const base = (info) => field(value(info), 0); // ConstantVal: name, levelParams, type
  const typeOf = (info) => field(base(info), 2);
  /** The body of a definition, theorem or opaque; lends. */
  const bodyOf = (info) => (['def', 'theorem', 'opaque'].includes(kindOf(info)) ? field(value(info), 1) : null);

  /** Names of the constants that have to be there before a constant can be added; owned. */
  function needs(environment, info) {
    const body = bodyOf(info);
    const names = [...usedBy(typeOf(info)), ...(body === null ? [] : usedBy(body))];
    if (kindOf(info) !== 'inductive') return names;
    const own = new Set([...blockOf(info), ...constructorsOf(info)].map(key));
    for (const name of constructorsOf(info)) {
      const made = lookUp(environment, name);
      names.push(...usedBy(typeOf(made)));
      drop(made);
    }
    return names.filter((n) => !own.has(key(n)) || (drop(n), false));
  }

  const constructorsOf = (info) => lean.listItems(field(value(info), INDUCTIVE.constructors));

  function usedBy(expression) {
    const names = call('Lean_Expr_getUsedConstants', keep(expression));
    const result = lean.items(names).map(keep);
    drop(names);
    return result;
  }

  /** Safe means neither `unsafe` nor `partial`. */
  function isSafe(info) {
    const kind = kindOf(info);
    const v = value(info);
    const scalars = v + 8 + 4 * size(v);
    if (kind === 'def') return lean.byte(scalars) === SAFE;
    if (kind === 'theorem' || kind === 'quot') return true;
    if (kind === 'recursor') return lean.byte(scalars + 1) === 0;
    if (kind === 'inductive') return lean.byte(scalars + 1) === 0; // isRec, isUnsafe, isReflexive
    return lean.byte(scalars) === 0; // isUnsafe
  }

  /** Call a function with the names, lent, of all constants of an environment that are not imported. */
  function withNewConstants(environment, action) {
    const constants = call('Lean_Environment_constants', keep(environment));
    const pairs = call('Lean_PersistentHashMap_toList___redArg', take(constants, 1));
    try {
      return action(lean.listItems(pairs).map((pair) => field(pair, 0)));
    } finally {
      drop(pairs);
      drop(constants);
    }
  }

  /** Whether an environment holds the very same constant. Lends both. */
  function holds(environment, info) {
    const found = lookUp(environment, nameOf(info));
    const equal = found !== null && same(info, found, true);
    if (found !== null) drop(found);
    return equal;
  }

  /**
   * Whether two constants are equal: same level parameters, type and, for definitions, body; names and annotations of bound
   * variables aside. Lends both.
   */
  function same(a, b, withBody) {
    if (tag(a) !== tag(b)) return false;
    const levels = (info) => lean.listItems(levelsOf(info)).map(key).join(' ');
    if (levels(a) !== levels(b) || !raw.lean_expr_eqv(typeOf(a), typeOf(b))) return false;
    if (!withBody) return true;
    const [x, y] = [bodyOf(a), bodyOf(b)];
    return (x === null) === (y === null) && (x === null || raw.lean_expr_eqv(x, y) !== 0);
  }

  const nameOf = (info) => field(base(info), 0);
  const levelsOf = (info) => field(base(info), 1);
  const blockOf = (info) => lean.listItems(field(value(info), INDUCTIVE.all));
  const parametersOf = (info) => field(value(info), INDUCTIVE.parameters);

  return {
    lookUp, inKernel, moduleIndex, withNewConstants, holds, same, kindOf, nameOf, levelsOf, typeOf, bodyOf, isSafe, usedBy, needs,
    constructorsOf, blockOf, parametersOf,
  };
};
