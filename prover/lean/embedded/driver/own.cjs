'use strict';
// Tactics of the prelude that are written here, as Lean's elaborators of their syntax.

const metas = require('./meta.cjs');
const { TooLarge, work, begin } = require('./polynomials.cjs');

const ARITY = 10; // as in opening.cjs
const MAX_HEARTBEATS = 9; // the place in Core.Context, which tactics.cjs checks

module.exports = function own(lean) {
  const { raw, box, keep, drop, field } = lean;
  const { within, complaint } = metas(lean);
  const arithmetic = require('./arithmetic.cjs')(lean);
  const TACTICS = {
    'Core.ring': arithmetic.ring,
    'Core.linearCombination': arithmetic.combination,
    'Core.linarith': arithmetic.linarith,
    'Core.nlinarith': arithmetic.nlinarith,
    'Core.intervalCases': require('./interval.cjs')(lean),
  };

  /** An elaborator: takes syntax, contexts and references, and the erased world. */
  const elaborator = (tactic) => (syntax, ...given) => {
    const spent = raw.lean_io_get_num_heartbeats() >>> 1;
    const most = lean.unbox(field(given[6], MAX_HEARTBEATS)); // 0 is no limit
    begin(most === 0 ? Infinity : Math.max(0, most - spent));
    try {
      within(given, (m) => m.inside((inner) => tactic(inner, syntax)));
      return lean.okUnit();
    } catch (e) {
      if (e instanceof lean.LeanException) return lean.constructor(1, [e.object]);
      if (e instanceof metas.Failed || e instanceof TooLarge) return lean.constructor(1, [complaint(e.message)]);
      throw e;
    } finally {
      raw.lean_io_set_heartbeats(box(Math.min(2 ** 31 - 1, (raw.lean_io_get_num_heartbeats() >>> 1) + Math.ceil(work.done))));
      [syntax, ...given].forEach(drop); // a closure owns its arguments
    }
  };

  /** To be called once, before anything is imported. */
  function install() {
    for (const [kind, tactic] of Object.entries(TACTICS)) {
      const action = elaborator(tactic);
      if (lean.resumed !== null) { lean.own.set(kind, action); continue; }
      const attribute = keep(lean.global('Lean_Elab_Tactic_tacticElabAttribute'));
      drop(lean.run('Lean_KeyedDeclsAttribute_addBuiltin___redArg', attribute, lean.name(kind), lean.name(kind), lean.closureOf(kind, action, ARITY)));
    }
  }

  return { install };
};
