'use strict';
// Whether two expressions are equal up to the names of the constants in them, and which constants then stand for which.

const naming = require('./names.cjs');

const EXPR = { const: 4, app: 5, lam: 6, forallE: 7, letE: 8, mdata: 10, proj: 11 };
// What Lean calls the definitions and theorems that it makes of a part of a declaration.
const GENERATED = /^(match_|_)/;
const STRING = 1; // Name.str

module.exports = function corresponding(lean) {
  const { raw, isScalar, keep, tag, size, field, text } = lean;
  const { key } = naming(lean);

  /** Whether Lean gives such a name to a part of a declaration, as to a `match` in its type. Lends the name. */
  const isGenerated = (name) => !isScalar(name) && tag(name) === STRING && GENERATED.test(text(keep(field(name, 1))));

  const sameLevels = (xs, ys) => {
    const [a, b] = [xs, ys].map((levels) => lean.listItems(levels));
    return a.length === b.length && a.every((level, i) => raw.lean_level_eq(level, b[i]) !== 0);
  };
  const nondependent = (e) => lean.byte(e + 8 + 4 * size(e) + 8);

  /**
   * Return the pairs of names, lent, of the constants that stand at the same places of two expressions, each pair once, or
   * null if anything but such a name differs. Names of bound variables, annotations and metadata mean nothing. Lends both.
   */
  return {
    isGenerated,
    pairs(left, right) {
      const found = new Map();
      const seen = new Set();
      const stack = [[left, right]];
      while (stack.length) {
        let [a, b] = stack.pop();
        while (tag(a) === EXPR.mdata) a = field(a, 1);
        while (tag(b) === EXPR.mdata) b = field(b, 1);
        const both = `${a} ${b}`;
        if (seen.has(both)) continue;
        seen.add(both);
        if (tag(a) !== tag(b)) return null;
        switch (tag(a)) {
          case EXPR.const:
            if (!sameLevels(field(a, 1), field(b, 1))) return null;
            found.set(`${key(field(a, 0))} ${key(field(b, 0))}`, [field(a, 0), field(b, 0)]);
            break;
          case EXPR.app: stack.push([field(a, 0), field(b, 0)], [field(a, 1), field(b, 1)]); break;
          case EXPR.lam: case EXPR.forallE: stack.push([field(a, 1), field(b, 1)], [field(a, 2), field(b, 2)]); break;
          case EXPR.letE:
            if (nondependent(a) !== nondependent(b)) return null;
            for (const i of [1, 2, 3]) stack.push([field(a, i), field(b, i)]);
            break;
          case EXPR.proj:
            // The index is a small number, so it is no object.
            if (key(field(a, 0)) !== key(field(b, 0)) || field(a, 1) !== field(b, 1)) return null;
            stack.push([field(a, 2), field(b, 2)]);
            break;
          default: if (!raw.lean_expr_eqv(a, b)) return null;
        }
      }
      return [...found.values()];
    },
  };
};
