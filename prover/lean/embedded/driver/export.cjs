'use strict';
// Writes declarations as a document of `proofsmith-export/1`: flat tables in which every entry refers to earlier ones.
//
// The format is described in docs/export-format.md and read by `prover/lean/export/reading.py`, which trusts nothing of
// it. Equal names, levels and expressions get one entry, so that a document does not depend on how memory is laid out.
// Nothing here recurses into expressions: a proof may be deeper than the stack of this process.

const constants = require('./constants.cjs');
const naming = require('./names.cjs');

const FORMAT = 'proofsmith-export/1';
const LARGEST = 4 * 2 ** 20; // nodes in a document
const EXPR = ['v', 'fvar', 'mvar', 's', 'c', 'a', 'l', 'p', 'e', 'lit', 'mdata', 'j'];
const LEVEL = ['zero', 'S', 'M', 'I', 'P', 'mvar'];
const HINTS = ['opaque', 'abbrev'];
const STRING_NAME = 1;

module.exports = function exporter(lean) {
  const { tag, size, field, isScalar, unbox, keep, drop } = lean;
  const { lookUp, kindOf, nameOf, levelsOf, typeOf, bodyOf, isSafe, constructorsOf, blockOf, parametersOf } = constants(lean);
  const { key, shown } = naming(lean);

  const naturalText = (n) => (isScalar(n) ? String(unbox(n)) : lean.text(lean.call('Nat_reprFast', keep(n))));
  /** The scalar behind the fields and the cached data of a binding expression: its annotation, or whether a `let` is `have`. */
  const annotation = (e) => lean.byte(e + 8 + 4 * size(e) + 8);

  /** Which fields of an expression are expressions, first to last. */
  const PARTS = { a: [0, 1], l: [1, 2], p: [1, 2], e: [1, 2, 3], mdata: [1], j: [2] };

  function tables() {
    const names = [], levels = [], exprs = [];
    const known = { names: new Map(), levels: new Map(), exprs: new Map() }; // by address; what they belong to stays alive
    const equal = { names: new Map(), levels: new Map(), exprs: new Map() }; // by content

    /** The number of an entry, which is made unless an equal one is there. */
    function intern(table, which, first, entry) {
      const text = JSON.stringify(entry);
      let index = equal[which].get(text);
      if (index === undefined) {
        if (table.length >= LARGEST) throw new Error(`the export has more than ${LARGEST} ${which}`);
        index = table.length + first;
        table.push(entry);
        equal[which].set(text, index);
      }
      return index;
    }

    function name(n) {
      const chain = [];
      for (; !isScalar(n) && !known.names.has(n); n = field(n, 0)) chain.push(n);
      let index = isScalar(n) ? 0 : known.names.get(n);
      for (const part of chain.reverse()) {
        const last = field(part, 1);
        const entry = [index, tag(part) === STRING_NAME ? lean.text(keep(last)) : Number(naturalText(last))];
        index = intern(names, 'names', 1, entry);
        known.names.set(part, index);
      }
      return index;
    }

    function level(root) {
      const pending = [root];
      while (pending.length) {
        const l = pending[pending.length - 1];
        if (isScalar(l) || known.levels.has(l)) { pending.pop(); continue; }
        const kind = LEVEL[tag(l)];
        if (kind === 'mvar') throw new Error('a level of the export is a metavariable');
        const parts = kind === 'S' ? [field(l, 0)] : kind === 'M' || kind === 'I' ? [field(l, 0), field(l, 1)] : [];
        const open = parts.filter((part) => !isScalar(part) && !known.levels.has(part));
        if (open.length) { pending.push(...open); continue; }
        pending.pop();
        if (kind === 'zero') { known.levels.set(l, 0); continue; }
        const entry = kind === 'P' ? ['P', name(field(l, 0))] : [kind, ...parts.map((part) => (isScalar(part) ? 0 : known.levels.get(part)))];
        known.levels.set(l, intern(levels, 'levels', 1, entry));
      }
      return isScalar(root) ? 0 : known.levels.get(root);
    }

    function leaf(e, kind) {
      switch (kind) {
        case 'v': return ['v', Number(naturalText(field(e, 0)))];
        case 's': return ['s', level(field(e, 0))];
        case 'c': return ['c', name(field(e, 0)), lean.listItems(field(e, 1)).map(level)];
        case 'lit': {
          const literal = field(e, 0);
          const value = field(literal, 0);
          return tag(literal) === 0 ? ['n', naturalText(value)] : ['t', lean.text(keep(value))];
        }
        default: throw new Error(`an expression of the export is ${kind}`);
      }
    }

    function node(e, kind, parts) {
      switch (kind) {
        case 'a': return ['a', ...parts];
        case 'l': case 'p': return [kind, name(field(e, 0)), ...parts, annotation(e)];
        case 'e': return ['e', name(field(e, 0)), ...parts, annotation(e)];
        default: return ['j', name(field(e, 0)), Number(naturalText(field(e, 1))), ...parts];
      }
    }

    function expr(root) {
      const found = known.exprs;
      const pending = [root];
      while (pending.length) {
        const e = pending[pending.length - 1];
        if (found.has(e)) { pending.pop(); continue; }
        if (pending.length > LARGEST) throw new Error('an expression of the export is too deep'); // or, in a memory that was written to, a cycle
        const kind = EXPR[tag(e)];
        const fields = PARTS[kind];
        if (fields === undefined) {
          pending.pop();
          found.set(e, intern(exprs, 'exprs', 0, leaf(e, kind)));
          continue;
        }
        const parts = fields.map((i) => field(e, i));
        let open = false;
        for (let i = parts.length - 1; i >= 0; i--) if (!found.has(parts[i])) { pending.push(parts[i]); open = true; }
        if (open) continue;
        pending.pop();
        const numbers = parts.map((part) => found.get(part));
        found.set(e, kind === 'mdata' ? numbers[0] : intern(exprs, 'exprs', 0, node(e, kind, numbers)));
      }
      return found.get(root);
    }

    return { names, levels, exprs, name, level, expr };
  }

  const hintsOf = (info) => {
    const hints = field(field(info, 0), 2);
    return isScalar(hints) ? HINTS[unbox(hints)] : lean.word(hints + 8) >>> 0;
  };

  /** The declaration that adds a constant, or null where another declaration adds it (constructors and recursors). */
  function declarationOf(table, environment, info, blocks) {
    const kind = kindOf(info);
    if (kind === 'constructor' || kind === 'recursor') return null;
    if (!isSafe(info)) throw new Error(`${shown(nameOf(info))} is not safe`);
    const parameters = lean.listItems(levelsOf(info)).map(table.name);
    const head = { name: table.name(nameOf(info)), levels: parameters, type: table.expr(typeOf(info)) };
    if (kind === 'axiom') return { kind, ...head };
    if (kind === 'quot') return { kind: 'quotient', ...head };
    if (kind === 'theorem' || kind === 'opaque') return { kind, ...head, value: table.expr(bodyOf(info)) };
    if (kind === 'def') return { kind: 'definition', ...head, value: table.expr(bodyOf(info)), hints: hintsOf(info) };
    const block = key(blockOf(info)[0]);
    if (blocks.has(block)) return null;
    blocks.add(block);
    const lookedUp = [];
    const there = (name) => {
      const found = lookUp(environment, name);
      if (found === null) throw new Error(`${shown(name)} is missing`);
      lookedUp.push(found); // kept until all is written, so that no address is used twice
      return found;
    };
    const types = blockOf(info).map((name) => {
      const member = there(name);
      const constructors = constructorsOf(member).map((made) => ({ name: table.name(made), type: table.expr(typeOf(there(made))) }));
      return { name: table.name(name), type: table.expr(typeOf(member)), constructors };
    });
    table.held.push(...lookedUp);
    return { kind: 'inductive', levels: parameters, parameters: Number(naturalText(parametersOf(info))), types };
  }

  /**
   * Write constants, which are `ConstantInfo` objects in an order in which each rests on earlier ones, and a target, which
   * is one as well, or null; with `withValue` its value is written, too. `look(info, declaration)` may add to a declaration.
   * Returns the document as a plain object. Lends everything; throws an `Error` with a sentence where something cannot be
   * written.
   */
  return function document(environment, infos, target, withValue, look = () => {}) {
    const table = Object.assign(tables(), { held: [] });
    const blocks = new Set();
    const declarations = [];
    try {
      for (const info of infos) {
        const declaration = declarationOf(table, environment, info, blocks);
        if (declaration === null) continue;
        look(info, declaration);
        declarations.push(declaration);
      }
      const goal = target === null ? null : {
        name: table.name(nameOf(target)), levels: lean.listItems(levelsOf(target)).map(table.name), type: table.expr(typeOf(target)),
      };
      if (goal !== null && withValue) {
        const value = bodyOf(target);
        if (value === null) throw new Error(`${shown(nameOf(target))} has no value`);
        goal.value = table.expr(value);
      }
      const { names, levels, exprs } = table;
      return { format: FORMAT, names, levels, exprs, declarations, ...(goal === null ? {} : { target: goal }) };
    } finally {
      table.held.forEach(drop);
    }
  };
};
