'use strict';
// What a theorem rests on: walks the constants that its type and its proof use, and has the kernel check all of those that
// are new again, from scratch, in the trusted environment.

const CONSTANT_KINDS = ['axiom', 'def', 'theorem', 'opaque', 'quot', 'inductive', 'constructor', 'recursor'];
// The constructors of `Declaration` that can be replayed; they hold the same value object as the `ConstantInfo`.
const DECLARATION = { def: 1, theorem: 2 };
const SAFE = 1; // DefinitionSafety: unsafe, safe, partial

module.exports = function audit(lean, front, engine) {
  const { raw, box, unbox, isScalar, keep, drop, tag, size, field, take, call } = lean;

  const environmentOf = (commandState) => field(commandState, 0);

  /** The `ConstantInfo` of a name, owned, or null. Lends environment and name. */
  function lookUp(environment, name) {
    const found = call('Lean_Environment_find_x3f', keep(environment), keep(name), box(0));
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

  const value = (info) => field(info, 0);
  const base = (info) => field(value(info), 0); // ConstantVal: name, levelParams, type
  const typeOf = (info) => field(base(info), 2);
  /** The body of a definition, theorem or opaque; lends. */
  const bodyOf = (info) => (['def', 'theorem', 'opaque'].includes(CONSTANT_KINDS[tag(info)]) ? field(value(info), 1) : null);

  function usedBy(expression) {
    const names = call('Lean_Expr_getUsedConstants', keep(expression));
    const result = lean.items(names).map(keep);
    drop(names);
    return result;
  }

  /** Safe means neither `unsafe` nor `partial`. */
  function isSafe(info) {
    const kind = CONSTANT_KINDS[tag(info)];
    const v = value(info);
    const scalars = v + 8 + 4 * size(v);
    if (kind === 'def') return lean.byte(scalars) === SAFE;
    if (kind === 'theorem' || kind === 'quot') return true;
    if (kind === 'axiom' || kind === 'opaque') return lean.byte(scalars) === 0; // isUnsafe
    return true;
  }

  function isProposition(commandState, type) {
    let answer = false;
    engine.inTermElab(commandState, (contexts, references) => {
      const result = lean.run('Lean_Meta_isProp', keep(type), contexts.meta, references.meta, contexts.core, references.core);
      answer = unbox(result) === 1;
    });
    return answer;
  }

  /**
   * Walk everything that `root` rests on in the environment of `commandState`.
   *
   * A constant is *imported* if it has a module index, *context* if it is in `contextEnvironment` without one (our own
   * prelude, audited apart), and *new* otherwise. Imported constants are reported only where they have no body:
   * everything else of the pinned package is a definition that the kernel unfolds. Returns the new constants in an order
   * in which they can be replayed.
   */
  function walk(commandState, root, contextEnvironment) {
    const environment = environmentOf(commandState);
    const seen = new Map();
    const order = [];
    const bodiless = [];
    const context = [];
    const missing = [];
    const visit = [[keep(root), false]];
    while (visit.length) {
      const [name, finished] = visit.pop();
      const text = lean.nameText(keep(name));
      if (finished) { order.push({ name: text, info: seen.get(text) }); drop(name); continue; }
      if (seen.has(text)) { drop(name); continue; }
      const info = lookUp(environment, name);
      seen.set(text, info);
      if (info === null) { missing.push(text); drop(name); continue; }
      const kind = CONSTANT_KINDS[tag(info)];
      if (moduleIndex(environment, name) !== null) {
        if (kind === 'axiom' || kind === 'opaque')
          bodiless.push({ name: text, kind, proposition: isProposition(commandState, typeOf(info)), safe: isSafe(info) });
        drop(name);
        continue;
      }
      const known = contextEnvironment === null ? null : lookUp(contextEnvironment, name);
      if (known !== null) { context.push(text); drop(known); drop(name); continue; }
      visit.push([name, true]);
      const body = bodyOf(info);
      for (const used of [...usedBy(typeOf(info)), ...(body === null ? [] : usedBy(body))]) visit.push([used, false]);
    }
    const fresh = order.map(({ name, info }) => ({ name, kind: CONSTANT_KINDS[tag(info)], safe: isSafe(info) }));
    return { order, fresh, bodiless, context, missing, release: () => seen.forEach((info) => info !== null && drop(info)) };
  }

  /** Have the kernel add constants to an environment, one by one; returns {error} or {environment}. Lends `environment`. */
  function replay(environment, order, thousands) {
    let here = keep(environment);
    const limit = Math.min(2 ** 32 - 1, thousands * 1000) >>> 0;
    for (const { name, info } of order) {
      const constructorTag = DECLARATION[CONSTANT_KINDS[tag(info)]];
      if (constructorTag === undefined) { drop(here); return { error: `${name} is neither a theorem nor a definition` }; }
      const declaration = lean.constructor(constructorTag, [take(info, 0)]);
      const result = raw.lean_elab_add_decl(here, limit, declaration, box(0)) >>> 0;
      drop(declaration);
      const outcome = take(result, 0);
      const failed = tag(result) === 0;
      drop(result);
      if (failed) { drop(outcome); return { error: `the kernel refuses ${name}` }; }
      here = outcome;
    }
    return { environment: here };
  }

  /** Whether two constants are equal: same level parameters, type and, for definitions, body. Lends both. */
  function sameConstant(a, b, withBody) {
    if (tag(a) !== tag(b)) return false;
    const levels = (info) => lean.listItems(field(base(info), 1)).map((n) => lean.nameText(keep(n))).join(' ');
    if (levels(a) !== levels(b) || !raw.lean_expr_equal(typeOf(a), typeOf(b))) return false;
    if (!withBody) return true;
    const [x, y] = [bodyOf(a), bodyOf(b)];
    return (x === null) === (y === null) && (x === null || raw.lean_expr_equal(x, y) !== 0);
  }

  /**
   * Compare a theorem's statement in two environments: equal types, and equal definitions of every constant that the type
   * rests on and that is not imported. Returns null or what differs.
   */
  function compareStatements(trusted, candidate, root) {
    const environments = [environmentOf(trusted), environmentOf(candidate)];
    const pending = [[keep(root), true]];
    const seen = new Set();
    let difference = null;
    while (pending.length && difference === null) {
      const [name, isRoot] = pending.pop();
      const text = lean.nameText(keep(name));
      if (!seen.has(text)) {
        seen.add(text);
        const [a, b] = environments.map((environment) => lookUp(environment, name));
        const imported = environments.map((environment) => moduleIndex(environment, name));
        if (a === null || b === null) difference = isRoot ? `there is no theorem ${text}` : `${text} is missing`;
        else if (imported[0] !== imported[1]) difference = `${text} comes from somewhere else`;
        else if (imported[0] === null) {
          if (isRoot && CONSTANT_KINDS[tag(b)] !== 'theorem') difference = `${text} is a ${CONSTANT_KINDS[tag(b)]}, not a theorem`;
          else if (!sameConstant(a, b, !isRoot)) difference = isRoot ? `${text} states something else` : `${text} is defined differently`;
          else {
            const body = isRoot ? null : bodyOf(a);
            for (const used of [...usedBy(typeOf(a)), ...(body === null ? [] : usedBy(body))]) pending.push([used, false]);
          }
        }
        if (a !== null) drop(a);
        if (b !== null) drop(b);
      }
      drop(name);
    }
    pending.forEach(([name]) => drop(name));
    return difference;
  }

  return { environmentOf, lookUp, typeOf, walk, replay, compareStatements, CONSTANT_KINDS };
};
