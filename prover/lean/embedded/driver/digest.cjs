'use strict';
// A hash of an expression that depends on what it says alone: names of bound variables, binder annotations and metadata
// are left out. Shared subterms are hashed once.

const { createHash } = require('crypto');
const naming = require('./names.cjs');

const EXPR = ['bvar', 'fvar', 'mvar', 'sort', 'const', 'app', 'lam', 'forallE', 'letE', 'lit', 'mdata', 'proj'];

/** `nameOf` says what a name counts as; by default as itself. */
module.exports = function digests(lean, nameOf = naming(lean).key) {
  const { tag, field, take, isScalar, unbox } = lean;
  const naturalText = (n) => (isScalar(n) ? String(unbox(n)) : lean.text(lean.call('Nat_reprFast', lean.keep(n))));

  function level(l) {
    if (isScalar(l)) return '0';
    switch (tag(l)) {
      case 0: return '0';
      case 1: return `(s ${level(field(l, 0))})`;
      case 2: return `(max ${level(field(l, 0))} ${level(field(l, 1))})`;
      case 3: return `(imax ${level(field(l, 0))} ${level(field(l, 1))})`;
      default: return nameOf(field(l, 0));
    }
  }

  /** Return the digest, hexadecimal; lends the expression. */
  return function digest(root) {
    const known = new Map();
    const hash = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');
    const visit = (e) => {
      const before = known.get(e);
      if (before !== undefined) return before;
      const kind = EXPR[tag(e)];
      let result;
      switch (kind) {
        case 'bvar': result = hash(kind, naturalText(field(e, 0))); break;
        case 'sort': result = hash(kind, level(field(e, 0))); break;
        case 'const': result = hash(kind, nameOf(field(e, 0)), ...lean.listItems(field(e, 1)).map(level)); break;
        case 'app': result = hash(kind, visit(field(e, 0)), visit(field(e, 1))); break;
        case 'lam': case 'forallE': result = hash(kind, visit(field(e, 1)), visit(field(e, 2))); break;
        case 'letE': result = hash(kind, visit(field(e, 1)), visit(field(e, 2)), visit(field(e, 3))); break;
        case 'lit': {
          const literal = field(e, 0);
          const value = field(literal, 0);
          result = hash(kind, tag(literal) === 0 ? naturalText(value) : lean.text(take(literal, 0)), String(tag(literal)));
          break;
        }
        case 'mdata': result = visit(field(e, 1)); break;
        case 'proj': result = hash(kind, nameOf(field(e, 0)), naturalText(field(e, 1)), visit(field(e, 2))); break;
        default: result = hash(kind, nameOf(field(e, 0)));
      }
      known.set(e, result);
      return result;
    };
    return visit(root);
  };
};
