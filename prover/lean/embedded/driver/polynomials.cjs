'use strict';
// Polynomials with rational coefficients, exactly, and trees of ring operations that expand to them.
//
// A tree is ['num', n], ['var', i], ['neg', a], ['add' | 'sub' | 'mul', a, b] or ['pow', a, k], with BigInt numbers `n`: what
// Lean's reflection calls `Lean.Grind.CommRing.Expr`. A polynomial is a Map from monomials to fractions [numerator, positive
// denominator]; a monomial is a text "i^e i^e …", variables in order.

const MOST_TERMS = 3000, MOST_DEGREE = 60, MOST_BITS = 4000;

class TooLarge extends Error {}

/** What was done so far, in units of about one small allocation of Lean, and how much there may be. */
const work = { done: 0, most: 0 };
const MOST_WORK = 20e6;
function begin(most) {
  work.done = 0;
  work.most = Math.min(MOST_WORK, most);
}
function worked(units) {
  work.done += units;
  if (work.done > work.most) throw new TooLarge('the arithmetic takes too long; raise maxHeartbeats');
}

const abs = (a) => (a < 0n ? -a : a);
function gcd(a, b) {
  for (a = abs(a), b = abs(b); b !== 0n;) [a, b] = [b, a % b];
  return a;
}
function fraction(n, d = 1n) {
  const g = gcd(n, d) || 1n;
  const s = d < 0n ? -g : g;
  return [n / s, d / s];
}
const plus = ([a, b], [c, d]) => (b === d ? fraction(a + c, b) : fraction(a * d + c * b, b * d));
const times = ([a, b], [c, d]) => fraction(a * c, b * d);
const negated = ([a, b]) => [-a, b];
const inverse = ([a, b]) => fraction(b, a);
const ZERO = [0n, 1n], ONE = [1n, 1n];

const exponents = (monomial) => (monomial === '' ? [] : monomial.split(' ').map((part) => part.split('^').map(Number)));
const monomialOf = (pairs) => pairs.filter(([, e]) => e > 0).map(([v, e]) => `${v}^${e}`).join(' ');
function joined(a, b) {
  if (a === '' || b === '') return a + b;
  const powers = new Map(exponents(a));
  for (const [v, e] of exponents(b)) powers.set(v, (powers.get(v) ?? 0) + e);
  return monomialOf([...powers].sort(([v], [w]) => v - w));
}
const degreeOf = (monomial) => exponents(monomial).reduce((sum, [, e]) => sum + e, 0);
const degree = (p) => Math.max(0, ...[...p.keys()].map(degreeOf));

function checked(p) {
  if (p.size > MOST_TERMS) throw new TooLarge('a polynomial of too many terms');
  return p;
}

const constant = ([n, d]) => new Map(n === 0n ? [] : [['', [n, d]]]);

/** `p + factor * q`, in place. */
function accumulate(p, q, factor = ONE) {
  for (const [monomial, c] of q) {
    const sum = plus(p.get(monomial) ?? ZERO, times(c, factor));
    if (sum[0] === 0n) p.delete(monomial);
    else p.set(monomial, sum);
  }
  return checked(p);
}
const combined = (p, q, factor = ONE) => accumulate(new Map(p), q, factor);

function product(p, q) {
  if (p.size * q.size > 40 * MOST_TERMS) throw new TooLarge('a polynomial of too many terms');
  worked(8 * p.size * q.size);
  const result = new Map();
  for (const [m, c] of p)
    for (const [n, d] of q) {
      const monomial = joined(m, n);
      if (degreeOf(monomial) > MOST_DEGREE) throw new TooLarge('a polynomial of too high a degree');
      const sum = plus(result.get(monomial) ?? ZERO, times(c, d));
      if (sum[0].toString(2).length > MOST_BITS) throw new TooLarge('a coefficient of too many digits');
      if (sum[0] === 0n) result.delete(monomial);
      else result.set(monomial, sum);
    }
  return checked(result);
}

function expanded(tree) {
  const [head, a, b] = tree;
  switch (head) {
    case 'num': return constant([a, 1n]);
    case 'var': return new Map([[`${a}^1`, ONE]]);
    case 'neg': return combined(new Map(), expanded(a), [-1n, 1n]);
    case 'add': return combined(expanded(a), expanded(b));
    case 'sub': return combined(expanded(a), expanded(b), [-1n, 1n]);
    case 'mul': return product(expanded(a), expanded(b));
    case 'pow': {
      const base = expanded(a);
      if (b * Math.max(1, degree(base)) > MOST_DEGREE && (base.size > 1 || degree(base) > 0)) throw new TooLarge('a polynomial of too high a degree');
      if (b > MOST_BITS) throw new TooLarge('a power of too many digits');
      let result = constant(ONE);
      for (let k = 0; k < b; k++) result = product(result, base);
      return result;
    }
    default: throw new Error(`no tree ${head}`);
  }
}

/** A tree of a polynomial with integer coefficients. */
function treeOf(p) {
  let whole = null;
  for (const [monomial, [n]] of p) {
    let term = null;
    const size = abs(n);
    const parts = exponents(monomial).map(([v, e]) => (e === 1 ? ['var', v] : ['pow', ['var', v], e]));
    for (const part of size === 1n && parts.length ? parts : [['num', size], ...parts]) term = term === null ? part : ['mul', term, part];
    whole = whole === null ? (n < 0n ? ['neg', term] : term) : [n < 0n ? 'sub' : 'add', whole, term];
  }
  return whole ?? ['num', 0n];
}

/** The least positive number that makes the coefficients of all polynomials whole. */
const commonDenominator = (polynomials) =>
  polynomials.flatMap((p) => [...p.values()]).reduce((m, [, d]) => (m * d) / gcd(m, d), 1n);

module.exports = {
  TooLarge, work, begin, worked, ZERO, ONE, fraction, plus, times, negated, inverse, gcd, constant, accumulate, combined, product, expanded, treeOf,
  commonDenominator, degree, exponents, monomialOf, joined,
};
