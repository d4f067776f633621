'use strict';
// Lean's expressions as ring expressions: trees over atoms, and what defines atoms that are quotients or inverses.
//
// A tree has the shape of the expression, so that the kernel sees by unfolding that its denotation is the expression.
// Natural numbers are read as integers: that a cast goes through `+`, `*` and powers holds by unfolding as well.

const { expanded, accumulate, exponents, monomialOf, product } = require('./polynomials.cjs');

const MOST_EXPONENT = 1000;
const INSTANCE = /(^|\.)inst|Ring|Field|Module|(nat|int|rat)Cast$|ofNat$|Reals/; // `n : ℝ` may be cast by one instance or another
const ARITHMETIC = { 'HAdd.hAdd': 'add', 'HSub.hSub': 'sub', 'HMul.hMul': 'mul' };

/** `m` works in MetaM, see meta.cjs; `type` is a ring, lent. */
module.exports = function reading(m, type) {
  const atoms = []; // expressions
  const rules = []; // {atom, scale, value, proof}: `proof` says that the atom, times the scale if there is one, is the value
  const known = m.isConstant(type, 'Nat') ? 'ℕ' : m.isConstant(type, 'Int') ? 'ℤ' : '';

  const ring = known === 'ℕ' ? m.constant('Int') : type; // what is computed in
  let number = null; // a numeral that was read, for an identity that has no atoms

  /** The base and the exponent of a power, perhaps of natural numbers read as integers; null for other expressions. */
  function power(e) {
    const { name, args } = m.spine(e);
    if (name === 'Nat.cast' && args.length === 3) return power(args[2]);
    return name === 'HPow.hPow' && args.length === 6 ? args.slice(4) : null;
  }

  /** Whether two expressions have one shape, up to how Lean found their instances; whether they are equal is for Lean to say. */
  function similar(a, b) {
    if (m.same(a, b)) return true;
    const [one, other] = [m.spine(a), m.spine(b)];
    if (one.name !== '' && one.name === other.name && one.args.length === other.args.length)
      return one.args.every((x, i) => similar(x, other.args[i]));
    return INSTANCE.test(one.name) && INSTANCE.test(other.name);
  }

  /** The place of an expression among the atoms, or -1. */
  function found(e) {
    const at = atoms.findIndex((atom) => m.same(atom, e));
    return at >= 0 ? at : atoms.findIndex((atom) => similar(atom, e) && m.equal(atom, e));
  }

  function place(e) {
    let at = found(e);
    // `f (1 + 1)` is `f 2`. Only what a variable is applied to is compared so: a constant might be unfolded for long.
    if (at < 0 && m.head(e) !== null) at = atoms.findIndex((atom) => m.head(atom) === m.head(e) && m.equal(atom, e));
    // `2 ^ n` may come with one instance of powers or another, as by `pow_succ` and by `Nat.pow_succ`.
    const own = power(e);
    if (at < 0 && own !== null)
      at = atoms.findIndex((atom) => power(atom)?.every((side, i) => m.same(side, own[i])) && m.equal(atom, e));
    return at >= 0 ? at : atoms.push(e) - 1;
  }
  const atom = (e) => ['var', place(e)];

  function natural(e) {
    const { name, args } = m.spine(e);
    const value = m.numeral(e);
    if (value !== null) return ['num', value];
    if ((name === 'HAdd.hAdd' || name === 'HMul.hMul') && args.length === 6) return [ARITHMETIC[name], natural(args[4]), natural(args[5])];
    if (name === 'HPow.hPow' && args.length === 6) {
      const k = m.numeral(args[5]);
      if (k !== null && k <= MOST_EXPONENT) return ['pow', natural(args[4]), Number(k)];
    }
    if (name === 'Nat.succ' && args.length === 1) return ['add', natural(args[0]), ['num', 1n]];
    return atom(m.app('Nat.cast', [m.zero], m.constant('Int'), m.constant('instNatCastInt'), e));
  }

  /** An atom with a rule; null where Lean has no proof of it, as of quotients of integers. */
  function defined(e, scale, value, make) {
    const before = found(e);
    if (before >= 0) return ['var', before];
    const proof = m.attempt(make);
    if (proof === null) return null;
    const at = atoms.push(e) - 1;
    rules.push({ atom: at, scale, value, proof });
    return ['var', at];
  }

  /** That a numeral is not zero in this ring, which is ordered or a field of characteristic zero. */
  function nonzero(k) {
    const positive = m.app('Nat.le_of_ble_eq_true', [], m.number(1n), m.number(k), m.isTrue());
    const ordered = m.attempt(() => m.make('Core.Certificate.numeral_nonzero', [ring, m.number(k)]));
    return m.apply(ordered ?? m.make('Core.Certificate.numeral_nonzero_field', [ring, m.number(k)]), positive);
  }

  function inverse(e, under) {
    const k = m.numeral(under);
    if (k !== null && k > 0n)
      return defined(e, k, ['num', 1n], () => m.make('Core.Certificate.inverse_numeral', [under, nonzero(k)]));
    const { name, args } = m.spine(under);
    const other = (x) => m.make('Inv.inv', [x]);
    const through = (lemma, given, value) => defined(e, null, value(), () => m.make(lemma, given));
    if (name === 'HMul.hMul' && args.length === 6) {
      const sides = args.slice(4);
      return through('Core.Certificate.inverse_mul', sides, () => ['mul', ...sides.map((x) => tree(other(x)))]);
    }
    if (name === 'HDiv.hDiv' && args.length === 6)
      return through('Core.Certificate.inverse_div', args.slice(4), () => ['mul', tree(args[5]), tree(other(args[4]))]);
    if (name === 'Neg.neg' && args.length === 3) return through('Core.Certificate.inverse_neg', [args[2]], () => ['neg', tree(other(args[2]))]);
    if (name === 'Inv.inv' && args.length === 3) return through('Core.Certificate.inverse_inverse', [args[2]], () => tree(args[2]));
    const n = name === 'HPow.hPow' && args.length === 6 ? m.numeral(args[5]) : null;
    if (n !== null && n <= MOST_EXPONENT)
      return through('Core.Certificate.inverse_pow', args.slice(4), () => ['pow', tree(other(args[4])), Number(n)]);
    return atom(e);
  }

  /** A decimal fraction: a hundred times `0.25` is 25. */
  function decimal(e, [, , digits, fraction, places]) {
    const [value, k] = [m.numeral(digits), m.numeral(places)];
    if (!m.isConstant(fraction, 'Bool.true') || value === null || k === null || k > MOST_EXPONENT) return null;
    const lemma = m.isConstant(type, 'Rat') ? 'decimal_rat' : m.spine(type).name === 'Core.Reals.carrier' ? 'decimal' : null;
    if (lemma === null) return null;
    const scale = 10n ** k;
    return defined(e, scale, ['num', value], () =>
      m.apply(m.make(`Core.Certificate.${lemma}`, [digits, places, m.number(scale)]), m.isTrue()));
  }

  function quotient(e, over, under) {
    const k = m.numeral(under);
    if (k !== null && k > 0n)
      return defined(e, k, tree(over), () => m.make('Core.div_mul_cancel₀', [over, nonzero(k)]));
    if (m.attempt(() => m.make('Core.Certificate.quotient', [over, under])) === null) return null;
    const value = ['mul', tree(over), tree(m.make('Inv.inv', [under]))];
    return defined(e, null, value, () => m.make('Core.Certificate.quotient', [over, under]));
  }

  /** The tree of an expression of the type that is read; also of a natural number where that is ℤ, and of an integer where it is ℕ. */
  function tree(given, of = type) {
    const e = m.plain(given);
    if (m.isConstant(of, 'Nat')) return natural(e);
    const { name, args } = m.spine(e);
    const value = m.numeral(e);
    if (value !== null) {
      number ??= e;
      return ['num', value];
    }
    if (ARITHMETIC[name] && args.length === 6) return [ARITHMETIC[name], tree(args[4], of), tree(args[5], of)];
    if (name === 'Neg.neg' && args.length === 3) return ['neg', tree(args[2], of)];
    if (name === 'HPow.hPow' && args.length === 6 && m.isConstant(args[1], 'Nat')) {
      const k = m.numeral(args[5]);
      if (k !== null && k <= MOST_EXPONENT) return ['pow', tree(args[4], of), Number(k)];
    }
    if (known !== '') return name === 'Nat.cast' && args.length === 3 ? natural(m.plain(args[2])) : atom(e);
    if (name === 'HDiv.hDiv' && args.length === 6) return quotient(e, args[4], args[5]) ?? atom(e);
    if (name === 'Inv.inv' && args.length === 3) return inverse(e, args[2]) ?? atom(e);
    if (name === 'OfScientific.ofScientific' && args.length === 5) return decimal(e, args) ?? atom(e);
    return atom(e);
  }

  /**
   * Replace atoms that rules define; returns {rest, quotients}: the polynomial is `rest` plus each quotient times
   * `scale * atom - value` of its rule.
   */
  function reduced(polynomial) {
    let rest = polynomial;
    const quotients = [];
    for (const rule of [...rules].sort((a, b) => b.atom - a.atom)) {
      const value = expanded(rule.value);
      const quotient = new Map();
      for (;;) {
        const next = new Map(), factor = new Map();
        for (const [monomial, c] of rest) {
          const powers = exponents(monomial);
          const own = powers.find(([v]) => v === rule.atom);
          if (own === undefined) { next.set(monomial, c); continue; }
          own[1] -= 1;
          accumulate(factor, new Map([[monomialOf(powers), [c[0], c[1] * (rule.scale ?? 1n)]]]));
        }
        if (factor.size === 0) break;
        accumulate(quotient, factor);
        rest = accumulate(next, product(factor, value));
      }
      if (quotient.size) quotients.push({ rule, quotient });
    }
    return { rest, quotients };
  }

  /** Some element of what is computed in. */
  const element = () => (known === '' ? number : m.app('Int.ofNat', [], m.number(0n)));

  /** The atoms that are natural numbers read as integers. */
  const naturals = () => (known === '' ? [] : atoms.filter((e) => { const { name, args } = m.spine(e); return name === 'Nat.cast' && args.length === 3; }));

  return { tree, reduced, nonzero, element, atoms, naturals, type, known, ring };
};
