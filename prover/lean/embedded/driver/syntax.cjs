'use strict';
// What a piece of syntax contains, as plain data: enough for a verifier to decide before anything is elaborated.

const naming = require('./names.cjs');

const NODE = 1, ATOM = 2, IDENT = 3;
const OPTION_KINDS = new Set(['Lean.Parser.Command.set_option', 'Lean.Parser.Tactic.set_option', 'Lean.Parser.Term.set_option']);

// A tactic's configuration is evaluated, so what stands in it matters more than elsewhere.
const CONFIGURATION = new Set(['valConfigItem', 'posConfigItem', 'negConfigItem', 'config'].map((k) => `Lean.Parser.Tactic.${k}`));

/** The name of a node's kind; names repeat, so they are looked up by address (names of kinds are permanent or shared). */
function kindName(lean, kind) {
  return lean.nameText(lean.keep(kind));
}

const shape = (lean, syntax) => (lean.isScalar(syntax) ? 0 : lean.tag(syntax));

/** The first atom or identifier below a node. */
function firstToken(lean, syntax) {
  switch (shape(lean, syntax)) {
    case NODE:
      for (const child of lean.items(lean.field(syntax, 2))) {
        const token = firstToken(lean, child);
        if (token !== null) return token;
      }
      return null;
    case ATOM: return lean.text(lean.take(syntax, 1));
    case IDENT: return lean.nameText(lean.take(syntax, 2));
    default: return null;
  }
}

/** The name that a declaration gives itself, as people write it. */
const declaredName = (lean, syntax) => (shape(lean, syntax) === IDENT ? naming(lean).shown(lean.field(syntax, 2)) : null);

/** Byte positions of a token in the source. */
function tokenRange(lean, syntax) {
  const info = lean.field(syntax, 0);
  if (lean.isScalar(info) || lean.tag(info) !== 0) return null;
  return [lean.unbox(lean.field(info, 1)), lean.unbox(lean.field(info, 3))];
}

/**
 * Summarise a command: its kind, all kinds of nodes in it, identifiers, options that it sets, attributes, what its tactics'
 * configurations consist of, the declared name. Lends the syntax.
 */
function survey(lean, root) {
  const kinds = new Map(); // to the same names with «» where they need them
  const identifiers = new Set();
  const options = [];
  const attributes = [];
  const configuration = { kinds: new Set(), identifiers: new Set() };
  let declares = null;
  const known = new Map(); // kinds by address: names do not move while the syntax lives
  const kindOf = (name) => {
    let kind = known.get(name);
    if (kind === undefined) known.set(name, (kind = kindName(lean, name)));
    return kind;
  };
  const stack = [[root, false]];
  while (stack.length) {
    const [syntax, outer] = stack.pop();
    const is = shape(lean, syntax);
    if (is === IDENT) {
      const identifier = lean.nameText(lean.take(syntax, 2));
      identifiers.add(identifier);
      if (outer) configuration.identifiers.add(identifier);
    }
    if (is !== NODE) continue;
    const kind = kindOf(lean.field(syntax, 1));
    const configures = outer || CONFIGURATION.has(kind);
    if (!kinds.has(kind)) kinds.set(kind, naming(lean).shown(lean.field(syntax, 1)));
    if (configures) configuration.kinds.add(kind);
    const children = lean.items(lean.field(syntax, 2));
    if (kind === 'Lean.Parser.Term.attrInstance') attributes.push(firstToken(lean, children[1]) ?? '');
    if (kind === 'Lean.Parser.Command.declId' && declares === null) declares = declaredName(lean, children[0]);
    if (OPTION_KINDS.has(kind)) {
      const value = children.find((c, i) => i > 1 && firstToken(lean, c) !== null && firstToken(lean, c) !== '');
      const holder = value === undefined ? null : leaf(lean, value);
      options.push({ name: firstToken(lean, children[1]), value: value === undefined ? null : firstToken(lean, value), range: holder && tokenRange(lean, holder) });
    }
    for (const child of children) stack.push([child, configures]);
  }
  const kind = shape(lean, root) === NODE ? kindName(lean, lean.field(root, 1)) : 'missing';
  // `open Foo in theorem …`: the commands on both sides count as commands.
  const sides = kind === 'Lean.Parser.Command.in' ? lean.items(lean.field(root, 2)).filter((c) => shape(lean, c) === NODE).map((c) => survey(lean, c)) : [];
  return {
    sides, kind, kinds, identifiers: [...identifiers], options, attributes, declares, inner: innerKind(lean, root),
    configuration: { kinds: [...configuration.kinds], identifiers: [...configuration.identifiers] },
  };
}

/** The first leaf below a node. */
function leaf(lean, syntax) {
  if (shape(lean, syntax) !== NODE) return shape(lean, syntax) === 0 ? null : syntax;
  for (const child of lean.items(lean.field(syntax, 2))) {
    const found = leaf(lean, child);
    if (found !== null) return found;
  }
  return null;
}

/** For a declaration: the kind of what is declared (theorem, definition, ...). */
function innerKind(lean, root) {
  if (shape(lean, root) !== NODE) return null;
  const children = lean.items(lean.field(root, 2));
  return children.length > 1 && shape(lean, children[1]) === NODE ? kindName(lean, lean.field(children[1], 1)) : null;
}

/** Byte range of the first node of a kind, from its first to the end of its last token; null if there is none. */
function rangeOf(lean, root, wanted) {
  const found = find(lean, root, wanted);
  if (found === null) return null;
  let from = null, to = null;
  const visit = (s) => {
    if (shape(lean, s) === NODE) return lean.items(lean.field(s, 2)).forEach(visit);
    const range = shape(lean, s) === 0 ? null : tokenRange(lean, s);
    if (range) { from ??= range[0]; to = range[1]; }
  };
  visit(found);
  return from === null ? null : [from, to];
}

function find(lean, root, wanted) {
  if (shape(lean, root) !== NODE) return null;
  if (kindName(lean, lean.field(root, 1)) === wanted) return root;
  for (const child of lean.items(lean.field(root, 2))) {
    const found = find(lean, child, wanted);
    if (found !== null) return found;
  }
  return null;
}

module.exports = { survey, rangeOf, find };
