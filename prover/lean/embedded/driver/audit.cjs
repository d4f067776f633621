'use strict';
// What a theorem rests on in the environment of the process that elaborated it.

const constants = require('./constants.cjs');
const naming = require('./names.cjs');
const replaying = require('./replay.cjs');

const CONTEXT_MODULE = 'Core'; // what `compiled.py` calls it

module.exports = function audit(lean, front, engine) {
  const { unbox, keep, drop, field, call } = lean;
  const { key, shown, parse } = naming(lean);
  const {
    lookUp, moduleIndex, withNewConstants, holds, kindOf, levelsOf, typeOf, bodyOf, isSafe, usedBy, needs, constructorsOf,
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
    return {
      order, context, missing,
      bodiless() {
        const propositions = arePropositions(commandState, hollow.map(({ info }) => typeOf(info)));
        return hollow.map(({ name, kind, safe }, i) => ({ name, kind, safe, proposition: propositions[i] }));
      },
      release: () => seen.forEach((info) => info !== null && drop(info)),
    };
  }

  return { contextModule, isOurs, arePropositions, environmentOf, lookUp, levelsOf, typeOf, walk, withNewConstants, missingFrom, holds, replay };
};
