'use strict';
// The tactic `interval_cases x`: one goal for each value that the hypotheses leave to a natural number or an integer.
//
// Bounds are hypotheses that compare `x` with a number, written as Mathlib's are: `2 ≤ x`, `x < 7`, `¬ 7 ≤ x`, `x = 3`; a
// natural number is at least 0. That these values are all is for `omega` to prove.

const reading = require('./reading.cjs');
const { comparison } = require('./comparisons.cjs');
const { Failed } = require('./meta.cjs');
const { expanded } = require('./polynomials.cjs');

const MOST_VALUES = 200n;
const [LOWER, UPPER, EQUAL, VALUE] = ['«lower bound»', '«upper bound»', '«the case»', '«a value»']; // names that nobody uses

module.exports = function interval(lean) {
  const { keep, field, items, take, call, isScalar } = lean;
  const parts = (syntax) => items(field(syntax, 2));

  /** The integer that an expression computes to, or null. */
  function number(m, read, e, type) {
    const value = expanded(read.tree(e, type));
    if (value.size === 0) return 0n;
    const c = value.get('');
    return value.size === 1 && c !== undefined && c[1] === 1n ? c[0] : null;
  }

  /** The least and the greatest value of `x` by the hypotheses, null where they do not say. */
  function bounds(m, x, type) {
    const read = reading(m, type);
    let low = m.isConstant(type, 'Nat') ? 0n : null, high = null;
    const atLeast = (n) => { if (n !== null && (low === null || n > low)) low = n; };
    const atMost = (n) => { if (n !== null && (high === null || n < high)) high = n; };
    for (const [proof, says] of m.hypotheses()) {
      const found = comparison(m, proof, says);
      if (found === null || !m.same(found.type, type)) continue;
      const side = (e) => number(m, read, e, type);
      const off = (n, by) => (n === null ? null : n + by);
      if (found.left) {
        const other = m.same(found.left, x) ? found.right : m.same(found.right, x) ? found.left : null;
        if (other !== null) { atLeast(side(other)); atMost(side(other)); }
      } else if (m.same(found.high, x)) atLeast(off(side(found.low), found.strict ? 1n : 0n));
      else if (m.same(found.low, x)) atMost(off(side(found.high), found.strict ? -1n : 0n));
    }
    return [low, high];
  }

  /** A term as it was written. */
  function text(syntax) {
    const found = call('Lean_Syntax_reprint', keep(syntax));
    if (isScalar(found)) throw new Failed('interval_cases: this term has no text');
    return lean.text(take(found, 0)).trim();
  }

  const written = (n) => (n < 0n ? `(${n})` : `${n}`);

  /**
   * Tactics that leave a goal for each of some successive values of a variable. `omega` sees nothing but the two bounds, and no
   * goal what another one is about: so a hundred values take a hundred times what one takes.
   */
  function split(m, name, type, values) {
    const natural = m.isConstant(type, 'Nat');
    const [of, ends] = natural ? ['ℕ', `Nat.le_antisymm ${UPPER} ${LOWER}`] : ['ℤ', `Int.le_antisymm ${UPPER} ${LOWER}`];
    const [first, last] = [written(values[0]), written(values.at(-1))];
    const next = natural ? `(Nat.eq_or_lt_of_le ${LOWER})` : `(Int.lt_or_eq_of_le ${LOWER}).symm`;
    const chain = values.slice(1).reduceRight((rest, n) => `(${next}.imp Eq.symm fun (${LOWER} : ${written(n)} ≤ ${name}) => ${rest})`, `(${ends})`);
    const goals = values.slice(1).reduce((rest) => `or_imp.2 ⟨fun ${EQUAL} => ?_, ${rest}⟩`, `fun ${EQUAL} => ?_`);
    const one = values.map((n) => `${name} = ${written(n)}`).join(' ∨ ');
    const among = `(fun (${LOWER} : (${first} : ${of}) ≤ ${name}) (${UPPER} : ${name} ≤ ${last}) => ${chain}) (by omega) (by omega)`;
    return `refine (${goals} : (${one}) → _) (${among})\nall_goals subst ${EQUAL}`;
  }

  const isVariable = (e) => lean.tag(e) === 1; // Lean.Expr.fvar

  return function intervalCases(m, syntax) {
    const [, named, term] = parts(syntax);
    const x = m.elaborated(term);
    const type = m.typeOf(x);
    if (!m.isConstant(type, 'Nat') && !m.isConstant(type, 'Int')) throw new Failed('interval_cases: this is no natural number and no integer');
    const [low, high] = bounds(m, x, type);
    const missing = low === null ? 'lower' : high === null ? 'upper' : null;
    if (missing !== null) throw new Failed(`interval_cases: no hypothesis gives ${missing === 'lower' ? 'a lower' : 'an upper'} bound of ${text(term)}`);
    if (high < low) return m.run('exfalso\nomega');
    if (high - low >= MOST_VALUES) throw new Failed(`interval_cases: ${high - low + 1n} values are too many`);
    const values = Array.from({ length: Number(high - low) + 1 }, (_, i) => low + BigInt(i));
    const name = parts(named).length ? `${lean.nameText(take(parts(named)[0], 2))} : ` : '';
    if (isVariable(x) && name === '') m.run(split(m, text(term), type, values));
    else m.run(`generalize ${name}${text(term)} = ${VALUE} at *\n${split(m, VALUE, type, values)}`);
  };
};
