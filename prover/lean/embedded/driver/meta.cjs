'use strict';
// What a tactic written here asks of Lean, inside of the elaborator of that tactic.
//
// `within(given, action)` runs `action(m)`, where `m` works in the contexts of the elaborator. Every object that `m` returns
// is dropped when the action is over, and every argument is lent.

/** A tactic of ours has nothing to offer; the message is for whoever wrote it. */
class Failed extends Error {}

const EXPR = { fvar: 1, const: 4, app: 5, lit: 9, mdata: 10 };

module.exports = function meta(lean) {
  const { raw, box, keep, drop, tag, field, take, call, run, deref } = lean;

  function within(given, action) {
    const held = [];
    const hold = (o) => (held.push(o), o);
    // [tactic context, reference, term …, meta …, core …]
    const places = given.slice(0, 8);
    const metaPlaces = given.slice(4, 8);
    const inMeta = (name, ...args) => hold(run(name, ...args.map(keep), ...metaPlaces.map(keep)));
    const inTactic = (name, ...args) => hold(run(name, ...args.map(keep), ...places.map(keep)));

    const level0 = lean.global('Lean_levelZero');
    const constantOf = (name, levels) => hold(call('Lean_mkConst', lean.name(name), lean.list(levels.map(keep))));
    const applied = (f, ...args) => args.reduce((g, a) => hold(call('Lean_Expr_app___override', keep(g), keep(a))), f);

    const m = {
      keep, hold,
      zero: level0,
      constant: (name, ...levels) => constantOf(name, levels),
      app: (name, levels, ...args) => applied(constantOf(name, levels), ...args),
      apply: applied,
      number: (n) => hold(call('Lean_mkRawNatLit', bigNatural(n))),
      isTrue: () => m.app('Eq.refl', [m.one], m.constant('Bool'), m.constant('Bool.true')),
      one: hold(call('Lean_Level_succ___override', keep(level0))),
      levelOf: (type) => inMeta('Lean_Meta_getDecLevel', type),

      /** An expression with assigned metavariables replaced. */
      instantiated(e) {
        const state = deref(given[5]);
        const result = call('Lean_instantiateMVarsCore', take(state, 0), keep(e));
        drop(state);
        const value = hold(take(result, 0));
        drop(result);
        return value;
      },
      typeOf: (e) => m.plain(m.instantiated(inMeta('Lean_Meta_inferType', e))),
      plain(e) {
        while (tag(e) === EXPR.mdata) e = field(e, 1);
        return tag(e) === EXPR.app ? hold(call('Lean_Expr_headBeta', keep(e))) : e;
      },
      same: (a, b) => a === b || raw.lean_expr_eqv(a, b) !== 0,

      /** The head of an expression, if it is a constant, and its arguments, lent. */
      spine(e) {
        const args = [];
        for (; ; e = field(e, tag(e) === EXPR.mdata ? 1 : 0)) {
          if (tag(e) === EXPR.app) args.push(field(e, 1));
          else if (tag(e) !== EXPR.mdata) break;
        }
        return { name: tag(e) === EXPR.const ? lean.nameText(take(e, 0)) : '', args: args.reverse() };
      },
      isConstant: (e, name) => { const found = m.spine(e); return found.name === name && found.args.length === 0; },
      /** The name of the variable that an expression applies to something, or null. */
      head(e) {
        if (tag(e) !== EXPR.app) return null;
        while (tag(e) === EXPR.app) e = field(e, 0);
        return tag(e) === EXPR.fvar ? lean.nameText(take(e, 0)) : null;
      },
      equal: (a, b) => m.attempt(() => lean.unbox(inMeta('Lean_Meta_isExprDefEq', a, b))) === 1,

      /** The number that an expression writes, or null. */
      numeral(e) {
        while (tag(e) === EXPR.mdata) e = field(e, 1);
        if (tag(e) === EXPR.app) {
          const { name, args } = m.spine(e);
          if (name !== 'OfNat.ofNat' || args.length !== 3) return null;
          e = args[1];
        }
        if (tag(e) !== EXPR.lit || tag(field(e, 0)) !== 0) return null;
        const value = field(field(e, 0), 0);
        return BigInt(lean.isScalar(value) ? lean.unbox(value) : lean.text(call('Nat_reprFast', keep(value))));
      },

      /** Apply a constant to its first explicit arguments; Lean finds the others. */
      make: (name, explicit) => inMeta('Lean_Meta_mkAppM', hold(lean.name(name)), hold(lean.array(explicit.map(keep)))),

      /** The value of a function, or null where Lean throws. */
      attempt(f) {
        try {
          return f();
        } catch (e) {
          if (!(e instanceof lean.LeanException)) throw e;
          drop(e.object);
          return null;
        }
      },

      // -- tactics ----------------------------------------------------------------------------------------------------------
      inTactic, inMeta,
      goal: () => inTactic('Lean_Elab_Tactic_getMainGoal'),
      target: () => m.plain(m.instantiated(inMeta('Lean_MVarId_getType', m.goal()))),
      elaborated(syntax, expected = null) {
        const type = hold(expected === null ? box(0) : lean.constructor(1, [keep(expected)]));
        return m.instantiated(inTactic('Lean_Elab_Tactic_elabTerm', syntax, type, box(0)));
      },
      close: (proof) => void inTactic('Lean_Elab_Tactic_closeMainGoal', hold(lean.name('certificate')), proof, box(1)),
      evaluate: (syntax) => void inTactic('Lean_Elab_Tactic_evalTactic', syntax),

      /** Run a block of tactics, given as text. */
      run(tactics) {
        const core = deref(given[7]);
        const environment = take(core, 0);
        drop(core);
        const parsed = hold(call('Lean_Parser_runParserCategory', environment, lean.name('term'), lean.string(`by\n  ${tactics.split('\n').join('\n  ')}`), lean.string('<tactic>')));
        if (tag(parsed) === 0) throw new Error(lean.text(take(parsed, 0)));
        m.evaluate(lean.items(field(field(parsed, 0), 2))[1]);
      },

      /** The hypotheses of the main goal that are propositions: [variable, type]. */
      hypotheses() {
        const declaration = inMeta('Lean_MVarId_getDecl', m.goal());
        const local = field(declaration, 1);
        const variables = hold(call('Lean_LocalContext_getFVars', keep(local)));
        const found = [];
        for (const variable of lean.items(variables)) {
          const one = hold(call('Lean_LocalContext_get_x21', keep(local), call('Lean_Expr_fvarId_x21', keep(variable))));
          if (lean.unbox(call('Lean_LocalDecl_isAuxDecl', keep(one)))) continue;
          found.push([variable, m.plain(m.instantiated(field(one, 3)))]);
        }
        return found;
      },

      /** Run `inner(m)` in the local context of the main goal. */
      inside(inner) {
        let problem = null, value;
        lean.whenCalled((...inside) => {
          try {
            value = within(inside, inner);
          } catch (e) { problem = e; }
          inside.forEach(drop);
          return lean.okUnit();
        });
        const done = raw.l_Lean_Elab_Tactic_withMainContext___redArg___boxed(lean.closure(9), ...places.map(keep)) >>> 0;
        const failed = tag(done) === 1;
        const result = take(done, 0);
        drop(done);
        if (failed) throw new lean.LeanException(result);
        drop(result);
        if (problem) throw problem;
        return value;
      },
    };
    try {
      return action(m);
    } finally {
      held.forEach(drop);
    }
  }

  function bigNatural(n) {
    return n < 2n ** 30n ? box(Number(n)) : lean.natural(n);
  }

  /** An exception of Lean's with a message, owned. */
  const complaint = (message) => lean.constructor(0, [box(0), call('Lean_stringToMessageData', lean.string(message))]);

  return { within, complaint };
};
module.exports.Failed = Failed;
