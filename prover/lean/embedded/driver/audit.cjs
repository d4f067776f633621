'use strict';
// What a theorem rests on, and whether it states what was asked.

const constants = require('./constants.cjs');
const corresponding = require('./correspond.cjs');
const naming = require('./names.cjs');
const replaying = require('./replay.cjs');

const CONTEXT_MODULE = 'Core'; // what `compiled.py` calls it

module.exports = function audit(lean, front, engine) {
  const { unbox, keep, drop, field, call } = lean;
  const { key, shown, parse } = naming(lean);
  const {
    lookUp, moduleIndex, withNewConstants, holds, kindOf, levelsOf, typeOf, bodyOf, isSafe, usedBy, needs, constructorsOf,
  } = constants(lean);
  const { isGenerated, pairs } = corresponding(lean);
  const replay = replaying(lean);

  const environmentOf = (commandState) => field(commandState, 0);

  /** The index of the module that the context was compiled to, or -1. Lends the environment. */
  function contextModule(environment) {
    const names = call('Lean_Environment_allImportedModuleNames', keep(environment));
    const index = lean.items(names).findIndex((n) => lean.nameText(keep(n)) === CONTEXT_MODULE);
    drop(names);
    return index;
  }

  /**
   * Whether a constant belongs to the context, which was compiled to the module of index `module`, or to what was
   * elaborated on top of it, rather than to Lean.
   */
  function isOurs(environment, module, written) {
    const name = parse(written);
    const info = lookUp(environment, name);
    const index = info === null ? null : moduleIndex(environment, name);
    if (info !== null) drop(info);
    drop(name);
    return info !== null && (index === null || index === module);
  }

  /** Whether each of some types is a proposition. Lends the types. */
  function arePropositions(commandState, types) {
    const answers = [];
    if (types.length === 0) return answers;
    engine.inTermElab(commandState, (contexts, references) => {
      for (const type of types) {
        const monad = [contexts.meta, references.meta, contexts.core, references.core].map(keep);
        answers.push(unbox(lean.run('Lean_Meta_isProp', keep(type), ...monad)) === 1);
      }
    });
    return answers;
  }

  /** The names, as `shown`, of the constants without a body that an expression rests on, through all definitions. */
  function bodilessBelow(environment, expression) {
    const seen = new Set();
    const found = [];
    const visit = usedBy(expression);
    while (visit.length) {
      const name = visit.pop();
      const id = key(name);
      const info = seen.has(id) ? null : lookUp(environment, name);
      seen.add(id);
      if (info !== null) {
        const kind = kindOf(info);
        if (kind === 'axiom' || kind === 'opaque') found.push(shown(name));
        if (kind === 'def') visit.push(...usedBy(bodyOf(info)));
        drop(info);
      }
      drop(name);
    }
    return found;
  }

  /** The names, as `shown`, of the constants in an expression that an environment lacks. Lends both. */
  function missingFrom(environment, expression) {
    const missing = [];
    for (const name of usedBy(expression)) {
      const info = lookUp(environment, name);
      if (info === null) missing.push(shown(name));
      else drop(info);
      drop(name);
    }
    return missing;
  }

  /**
   * Walk everything that some constants rest on in the environment of `commandState`.
   *
   * A constant is *imported* if it has a module index, *context* if it is in `contextEnvironment` without one (our own
   * prelude, audited apart; null where nothing but imports is taken for granted), and *new* otherwise. Imported constants
   * are reported only where they have no body: everything else of the pinned package is a definition that the kernel
   * unfolds. Returns the new constants in an order in which they can be replayed. Lends the roots, which are names.
   */
  function walk(commandState, roots, contextEnvironment) {
    const environment = environmentOf(commandState);
    const seen = new Map();
    const order = [];
    const hollow = [];
    const describe = (name, info) => ({ name, kind: kindOf(info), safe: isSafe(info), info });
    const context = [];
    const missing = [];
    const visit = roots.map((root) => [keep(root), false]);
    while (visit.length) {
      const [name, finished] = visit.pop();
      const id = key(name);
      const text = shown(name);
      if (finished) { order.push(describe(text, seen.get(id))); drop(name); continue; }
      if (seen.has(id)) { drop(name); continue; }
      const info = lookUp(environment, name);
      seen.set(id, info);
      if (info === null) { missing.push(text); drop(name); continue; }
      const kind = kindOf(info);
      if (moduleIndex(environment, name) !== null) {
        if (kind === 'axiom' || kind === 'opaque') hollow.push(describe(text, info));
        drop(name);
        continue;
      }
      const known = contextEnvironment === null ? null : lookUp(contextEnvironment, name);
      if (known !== null) { context.push(text); drop(known); drop(name); continue; }
      visit.push([name, true]);
      for (const used of needs(environment, info)) visit.push([used, false]);
    }
    const propositions = arePropositions(commandState, hollow.map(({ info }) => typeOf(info)));
    return {
      order, context, missing, bodiless: hollow.map(({ name, kind, safe }, i) => ({ name, kind, safe, proposition: propositions[i] })),
      release: () => seen.forEach((info) => info !== null && drop(info)),
    };
  }

  /**
   * Compare a theorem's statement in two environments: equal types, and equal definitions of every constant that the type
   * rests on and that is not imported. What Lean makes of a part of a declaration, a `match` or a proof, may have another
   * name: it is compared by its type and, if it is a definition, its body. Returns null or what differs.
   */
  function compareStatements(trusted, candidate, root) {
    const environments = [environmentOf(trusted), environmentOf(candidate)];
    const pending = [[keep(root), keep(root), true]];
    const seen = new Set();
    let difference = null;
    while (pending.length && difference === null) {
      const [first, second, isRoot] = pending.pop();
      const names = [first, second];
      const id = names.map(key).join(' ');
      if (!seen.has(id)) {
        seen.add(id);
        const infos = names.map((name, i) => lookUp(environments[i], name));
        const imported = names.map((name, i) => moduleIndex(environments[i], name));
        const compared = compareConstants(names, infos, imported, isRoot);
        if (typeof compared === 'string') difference = compared;
        else for (const pair of compared) pending.push([...pair.map(keep), false]);
        infos.forEach((info) => info !== null && drop(info));
      }
      names.forEach(drop);
    }
    pending.forEach(([first, second]) => [first, second].forEach(drop));
    return difference;
  }

  /** What differs between two constants, or the pairs of names, lent, that have to be compared as well. */
  function compareConstants(names, [a, b], imported, isRoot) {
    const text = shown(names[0]);
    const different = isRoot ? `${text} states something else` : `${text} is defined differently`;
    if (a === null || b === null) return isRoot ? `there is no theorem ${text}` : `${text} is missing`;
    if (imported[0] !== imported[1]) return `${text} comes from somewhere else`;
    if (imported[0] !== null) return [];
    if (isRoot && kindOf(b) !== 'theorem') return `${text} is a ${kindOf(b)}, not a theorem`;
    const kind = kindOf(a);
    const renamed = key(names[0]) !== key(names[1]);
    if (kind !== kindOf(b) || (renamed && kind !== 'def' && kind !== 'theorem')) return different;
    const levels = [a, b].map((info) => lean.listItems(levelsOf(info)).map(key).join(' '));
    if (levels[0] !== levels[1]) return different;
    const inside = pairs(typeOf(a), typeOf(b));
    // One proof is as good as another: a theorem is what it states.
    const bodies = [a, b].map((info) => (isRoot || kind === 'theorem' ? null : bodyOf(info)));
    if (inside === null || (bodies[0] === null) !== (bodies[1] === null)) return different;
    const below = bodies[0] === null ? [] : pairs(...bodies);
    if (below === null) return different;
    const constructors = kind === 'inductive' ? constructorsOf(a).map((name) => [name, name]) : [];
    const found = [...inside, ...below, ...constructors];
    return found.every(([one, other]) => key(one) === key(other) || (isGenerated(one) && isGenerated(other))) ? found : different;
  }

  return { contextModule, isOurs, arePropositions, environmentOf, lookUp, levelsOf, typeOf, walk, withNewConstants, bodilessBelow, missingFrom, holds, replay, compareStatements };
};
