'use strict';
// Gives bound variables names that can be written in source: those that elaboration made up are inaccessible (`x✝`).

const EXPR = { app: 5, lam: 6, forallE: 7, letE: 8, mdata: 10, proj: 11 };
const INSTANCE_IMPLICIT = 3;

module.exports = function renaming(lean) {
  const { raw, box, unbox, keep, drop, tag, size, field, call } = lean;

  const isInaccessible = (name) => unbox(call('Lean_Name_hasMacroScopes', keep(name))) === 1;
  /** The scalar after the fields and the cached data of a binding expression: its annotation, or what a `let` depends on. */
  const annotation = (e) => lean.byte(e + 8 + 4 * size(e) + 8);

  /**
   * Return an expression that differs in names of bound variables alone, owned; lends its argument. A variable that an
   * instance binds keeps its name unless `instances` is set: nobody needs to write it as long as instances are implicit.
   */
  return function renamed(root, instances) {
    const known = new Map();
    const taken = new Set();
    const bindings = [];
    const look = (e, seen) => {
      if (seen.has(e)) return;
      seen.add(e);
      const kind = tag(e);
      if (kind === EXPR.app) { look(field(e, 0), seen); look(field(e, 1), seen); }
      else if (kind === EXPR.mdata) look(field(e, 1), seen);
      else if (kind === EXPR.proj) look(field(e, 2), seen);
      else if (kind >= EXPR.lam && kind <= EXPR.letE) {
        const name = field(e, 0);
        if (!isInaccessible(name)) taken.add(lean.nameText(keep(name)));
        else if (instances || kind === EXPR.letE || annotation(e) !== INSTANCE_IMPLICIT) bindings.push(e);
        for (let i = 1; i < size(e); i++) look(field(e, i), seen);
      }
    };
    look(root, new Set());
    if (bindings.length === 0) return keep(root);
    const fresh = new Map(bindings.map((e) => {
      const base = lean.nameText(raw.lean_erase_macro_scopes(keep(field(e, 0))) >>> 0);
      let name = base;
      for (let i = 1; taken.has(name); i++) name = `${base}_${i}`;
      taken.add(name);
      return [e, name];
    }));
    const nameOf = (e) => (fresh.has(e) ? lean.name(fresh.get(e)) : keep(field(e, 0)));
    const make = (e) => {
      switch (tag(e)) {
        case EXPR.app: return call('Lean_Expr_app___override', visit(field(e, 0)), visit(field(e, 1)));
        case EXPR.lam: return call('Lean_Expr_lam___override', nameOf(e), visit(field(e, 1)), visit(field(e, 2)), box(annotation(e)));
        case EXPR.forallE: return call('Lean_Expr_forallE___override', nameOf(e), visit(field(e, 1)), visit(field(e, 2)), box(annotation(e)));
        case EXPR.letE: return call('Lean_Expr_letE___override', nameOf(e), visit(field(e, 1)), visit(field(e, 2)), visit(field(e, 3)), box(annotation(e)));
        case EXPR.mdata: return call('Lean_Expr_mdata___override', keep(field(e, 0)), visit(field(e, 1)));
        case EXPR.proj: return call('Lean_Expr_proj___override', keep(field(e, 0)), keep(field(e, 1)), visit(field(e, 2)));
        default: return keep(e);
      }
    };
    function visit(e) {
      let made = known.get(e);
      if (made === undefined) known.set(e, (made = make(e)));
      return keep(made);
    }
    const result = visit(root);
    known.forEach(drop);
    return result;
  };
};
