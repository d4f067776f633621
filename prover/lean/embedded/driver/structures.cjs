'use strict';
// Which fields of a structure a projection may take.
//
// Two proofs of one proposition are equal, so a structure that is a proposition may give away nothing but proofs: kernels
// have checked this too weakly (lean4#14807). It is decided here from the declaration of the structure alone, whatever the
// value is that is projected: unless the structure's sort is above Prop for all universes, the kernel must take the type of
// the field, as a function of the parameters and the fields before it, for a predicate.

const constants = require('./constants.cjs');
const naming = require('./names.cjs');

const INDUCTIVE = { parameters: 1, indices: 2 };
const CONSTRUCTOR = { fields: 4 };
const EXPR = { sort: 3, forall: 7 };
const LEVEL = { succ: 1, max: 2, imax: 3 };

module.exports = function structures(lean, kernelSide) {
  const { raw, isScalar, unbox, keep, drop, tag, field } = lean;
  const { kindOf, typeOf, levelsOf, constructorsOf } = constants(lean);
  const { key } = naming(lean);

  const positive = (level) => !isScalar(level) && (tag(level) === LEVEL.succ
    || (tag(level) === LEVEL.max && (positive(field(level, 0)) || positive(field(level, 1))))
    || (tag(level) === LEVEL.imax && positive(field(level, 1))));

  /** Whether a type ends, behind its binders, in a sort above Prop. */
  function isData(type) {
    while (tag(type) === EXPR.forall) type = field(type, 2);
    return tag(type) === EXPR.sort && positive(field(type, 0));
  }

  /** Whether the binder at a position of a constructor's type is a proof. Lends everything. */
  function isProof(env, info, position, next, thousands) {
    const binders = [];
    let type = typeOf(info);
    for (let i = 0; i < position; i++, type = field(type, 2)) {
      if (tag(type) !== EXPR.forall) return false;
      binders.push(type);
    }
    if (tag(type) !== EXPR.forall) return false;
    const over = (make, body) => binders.reduceRight((rest, b) => make(keep(field(b, 0)), keep(field(b, 1)), rest, 0) >>> 0, body);
    const predicate = over(raw.lean_expr_mk_lambda, keep(field(type, 1)));
    return kernelSide.holdsAs(env, next(), keep(levelsOf(info)), over(raw.lean_expr_mk_forall, kernelSide.proposition()), predicate, thousands);
  }

  /** Returns `allows(name, i)`, which answers null or what speaks against projecting field `i`. */
  return function projectable(env, find, next, thousands) {
    const known = new Map();
    const look = (name, i) => {
      const info = find(env, name);
      if (info === null) return 'which does not exist';
      try {
        if (kindOf(info) !== 'inductive') return 'is no structure';
        const made = constructorsOf(info);
        if (made.length !== 1 || unbox(field(field(info, 0), INDUCTIVE.indices)) !== 0) return 'is no structure';
        const constructor = find(env, made[0]);
        try {
          if (i >= unbox(field(field(constructor, 0), CONSTRUCTOR.fields))) return 'does not have';
          const parameters = unbox(field(field(info, 0), INDUCTIVE.parameters));
          const allowed = isData(typeOf(info)) || isProof(env, constructor, parameters + i, next, thousands);
          return allowed ? null : 'does not give away, being a proposition';
        } finally { drop(constructor); }
      } finally { drop(info); }
    };
    return (name, i) => {
      const id = `${key(name)} ${i}`;
      if (!known.has(id)) known.set(id, look(name, i));
      return known.get(id);
    };
  };
};
