'use strict';
// What is known of the constants that a kernel process imports: whether a definition's body reaches what no proof may rest on,
// which standard axioms it reaches, what has no body. It depends on the imported library alone, never on a request, and is
// therefore worked out once a constant.

const constants = require('./constants.cjs');
const naming = require('./names.cjs');

const BODILESS = new Set(['axiom', 'opaque']);

/** `find(environment, name)` answers an owned `ConstantInfo` or null; `proposition(environment, info)` whether its type is one. */
module.exports = function imported(lean, find, proposition) {
  const { keep, drop } = lean;
  const { kindOf, isSafe, bodyOf, nameOf, usedBy } = constants(lean);
  const { key, shown } = naming(lean);

  /** Returns `known(name)`, which lends the name and answers null for what the environment has not, and `isProposition`. */
  return function knowledge(environment, forbidden, standard) {
    const nodes = new Map(); // by key

    function enter(name) {
      const id = key(name);
      const before = nodes.get(id);
      if (before !== undefined) return before;
      const info = find(environment, name);
      if (info === null) return null;
      const kind = kindOf(info);
      const text = shown(name);
      const node = {
        text, kind, safe: isSafe(info), bodiless: BODILESS.has(kind), name: keep(nameOf(info)),
        forbidden: forbidden(text), axioms: new Set(standard.has(text) ? [text] : []), uses: [], done: kind !== 'def', names: null,
      };
      if (kind === 'def') node.names = usedBy(bodyOf(info)); // owned until they are looked up
      nodes.set(id, node);
      drop(info);
      return node;
    }

    function finish(root) {
      const pending = [root];
      while (pending.length) {
        const node = pending[pending.length - 1];
        if (node.names !== null) {
          node.uses = node.names.map(enter).filter((used) => used !== null);
          node.names.forEach(drop);
          node.names = null;
          pending.push(...node.uses.filter((used) => used.names !== null));
          continue;
        }
        pending.pop();
        if (node.done) continue;
        for (const used of node.uses) {
          node.forbidden ||= used.forbidden;
          used.axioms.forEach((axiom) => node.axioms.add(axiom));
        }
        node.done = true;
      }
    }

    function known(name) {
      const node = enter(name);
      if (node !== null && !node.done) finish(node);
      return node;
    }

    /** Whether the type of a constant is a proposition. */
    function isProposition(node) {
      if (node.proposition === undefined) {
        const info = find(environment, node.name);
        node.proposition = proposition(environment, info);
        drop(info);
      }
      return node.proposition;
    }

    return { known, isProposition };
  };
};

/** What has no body among some constants and all that they rest on through bodies of definitions, as texts. */
module.exports.bodilessBelow = function bodilessBelow(roots) {
  const seen = new Set();
  const pending = [...roots];
  while (pending.length) {
    const node = pending.pop();
    if (seen.has(node)) continue;
    seen.add(node);
    pending.push(...node.uses);
  }
  return [...seen].filter((node) => node.bodiless).map((node) => node.text);
};
