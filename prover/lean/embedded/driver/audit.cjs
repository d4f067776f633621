'use strict';
// What a theorem rests on, and whether it states what was asked.

const constants = require('./constants.cjs');
const naming = require('./names.cjs');
const replaying = require('./replay.cjs');

const CONTEXT_MODULE = 'Core'; // what `compiled.py` calls it

module.exports = function audit(lean, front, engine) {
  const { unbox, keep, drop, field, call } = lean;
  const { key, shown, parse } = naming(lean);
  const {
    lookUp, moduleIndex, withNewConstants, holds, same, kindOf, typeOf, bodyOf, isSafe, usedBy, needs, constructorsOf,
  } = constants(lean);
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
   * rests on and that is not imported. Returns null or what differs.
   */
  function compareStatements(trusted, candidate, root) {
    const environments = [environmentOf(trusted), environmentOf(candidate)];
    const pending = [[keep(root), true]];
    const seen = new Set();
    let difference = null;
    while (pending.length && difference === null) {
      const [name, isRoot] = pending.pop();
      const id = key(name);
      if (!seen.has(id)) {
        seen.add(id);
        const text = shown(name);
        const [a, b] = environments.map((environment) => lookUp(environment, name));
        const imported = environments.map((environment) => moduleIndex(environment, name));
        if (a === null || b === null) difference = isRoot ? `there is no theorem ${text}` : `${text} is missing`;
        else if (imported[0] !== imported[1]) difference = `${text} comes from somewhere else`;
        else if (imported[0] === null) {
          if (isRoot && kindOf(b) !== 'theorem') difference = `${text} is a ${kindOf(b)}, not a theorem`;
          else if (!same(a, b, !isRoot)) difference = isRoot ? `${text} states something else` : `${text} is defined differently`;
          else {
            const body = isRoot ? null : bodyOf(a);
            const constructors = kindOf(a) === 'inductive' ? constructorsOf(a).map(keep) : [];
            for (const used of [...usedBy(typeOf(a)), ...(body === null ? [] : usedBy(body)), ...constructors]) pending.push([used, false]);
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

  return { contextModule, isOurs, arePropositions, environmentOf, lookUp, typeOf, walk, withNewConstants, bodilessBelow, missingFrom, holds, replay, compareStatements };
};
