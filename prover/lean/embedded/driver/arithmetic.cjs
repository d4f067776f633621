'use strict';
// The tactics `ring`, `linear_combination`, `linarith` and `nlinarith`, as Mathlib has them.
//
// Each reads expressions as polynomials over atoms (reading.cjs), looks for a certificate by exact arithmetic here, and gives
// Lean a term of the prelude's `Core.Certificate` whose check is one evaluation in the kernel. Nothing here is believed. Only
// `linarith` and `nlinarith` look at hypotheses; where no certificate is found the tactic fails.

const reading = require('./reading.cjs');
const feasible = require('./feasible.cjs');
const { equationOf, orderOf, comparison } = require('./comparisons.cjs');
const { Failed } = require('./meta.cjs');
const { ZERO, ONE, constant, accumulate, combined, product, expanded, treeOf, commonDenominator } = require('./polynomials.cjs');

const C = 'Core.Certificate.';
const EXPR = 'Lean.Grind.CommRing.Expr';
const MOST_FACTS = 16; // of which products are tried
const SQUARE = (tree) => ['pow', tree, 2];
const scaled = (p, c) => accumulate(new Map(), p, c);

module.exports = function arithmetic(lean) {
  const { keep, tag, field, items, take } = lean;

  // -- terms of the prelude -----------------------------------------------------------------------------------------------

  function printer(m, read) {
    const type = m.constant(EXPR);
    const int = (n) => m.app('Int.ofNat', [], m.number(n));
    const expr = (tree) => {
      const [head, a, b] = tree;
      switch (head) {
        case 'num': return m.app(`${EXPR}.num`, [], int(a));
        case 'var': return m.app(`${EXPR}.var`, [], m.number(BigInt(a)));
        case 'neg': return m.app(`${EXPR}.neg`, [], expr(a));
        case 'pow': return m.app(`${EXPR}.pow`, [], expr(a), m.number(BigInt(b)));
        default: return m.app(`${EXPR}.${head}`, [], expr(a), expr(b));
      }
    };
    const list = (of, elements) => elements.reduceRight((rest, x) => m.app('List.cons', [m.zero], of, x, rest), m.app('List.nil', [m.zero], of));
    const pairOf = (a, b) => m.app('Prod', [m.zero, m.zero], a, b);
    const pair = (A, B, a, b) => m.app('Prod.mk', [m.zero, m.zero], A, B, a, b);
    const exprs = (trees) => list(type, trees.map(expr));
    const equations = (sides) => list(pairOf(type, type), sides.map(([l, r]) => pair(type, type, expr(l), expr(r))));

    function atoms() {
      const u = m.levelOf(read.ring);
      const leaf = (x) => m.app('Lean.RArray.leaf', [u], read.ring, x);
      const build = (low, high) => {
        if (high - low === 1) return leaf(read.atoms[low]);
        const middle = (low + high) >> 1;
        return m.app('Lean.RArray.branch', [u], read.ring, m.number(BigInt(middle)), build(low, middle), build(middle, high));
      };
      return read.atoms.length ? build(0, read.atoms.length) : leaf(read.element());
    }

    /** Proofs of the parts of a conjunction that ends in `True`, by what they prove. */
    const all = (proofs) => proofs.reduceRight(
      ([claim, proof], one) => {
        const says = m.typeOf(one);
        return [m.app('And', [], says, claim), m.app('And.intro', [], says, claim, one, proof)];
      }, [m.constant('True'), m.constant('True.intro')])[1];

    const PRODUCT = `${C}Product`;
    const factor = (f) => {
      if (f.factors) return m.app(`${PRODUCT}.mul`, [], factor(f.factors[0]), factor(f.factors[1]));
      if (f.root) return m.app(`${PRODUCT}.square`, [], expr(f.root));
      return f.place === undefined ? m.constant(`${PRODUCT}.one`) : m.app(`${PRODUCT}.${f.strict ? 'pos' : 'weak'}`, [], m.number(BigInt(f.place)));
    };
    const sum = (parts) => {
      const nat = m.constant('Nat'), kind = m.constant(PRODUCT);
      return list(pairOf(nat, kind), parts.map(([k, f]) => pair(nat, kind, m.number(k), factor(f))));
    };
    return { expr, exprs, equations, atoms, all, sum };
  }

  /** The equations that rules stand for, and what they are multiplied with, as polynomials, so that quotients come out. */
  const sidesOf = ({ atom, scale, value }) => [scale === null ? ['var', atom] : ['mul', ['var', atom], ['num', scale]], value];

  /** A proof of `left = right` from equations times polynomials, or null if it is none. */
  function identity(m, read, left, right, multiples) {
    const whole = combined(expanded(left), expanded(right), [-1n, 1n]);
    for (const { factor, equation } of multiples)
      accumulate(whole, product(factor, combined(expanded(equation.left), expanded(equation.right), [-1n, 1n])), [-1n, 1n]);
    const { rest, quotients } = read.reduced(whole);
    if (rest.size) return null;
    const used = [
      ...multiples.map(({ factor, equation }) => ({ factor, sides: [equation.left, equation.right], proof: equation.proof })),
      ...quotients.map(({ rule, quotient }) => ({ factor: quotient, sides: sidesOf(rule), proof: rule.proof })),
    ].filter(({ factor }) => factor.size);
    const scale = commonDenominator(used.map(({ factor }) => factor));
    const show = printer(m, read);
    const given = [show.atoms(), show.equations(used.map(({ sides }) => sides))];
    const proofs = show.all(used.map(({ proof }) => proof));
    const factors = show.exprs(used.map(({ factor }) => treeOf(scaled(factor, [scale, 1n]))));
    const ends = [show.expr(left), show.expr(right), factors];
    if (scale === 1n) return m.apply(m.make(`${C}equal`, given), proofs, ...ends, m.isTrue());
    const nonzero = read.nonzero(scale);
    for (const lemma of ['equal_ordered', 'equal_field']) {
      const begun = m.attempt(() => m.make(C + lemma, given));
      if (begun !== null) return m.apply(begun, proofs, show.expr(['num', scale]), ...ends, nonzero, m.isTrue());
    }
    return null;
  }

  /** A proof of `False` by numbers times products of facts and polynomials times equations that add up to zero. */
  function refutation(m, read, parts, multiples) {
    const whole = new Map();
    for (const [c, f] of parts) accumulate(whole, expanded(f.tree), c);
    for (const { factor, equation } of multiples)
      accumulate(whole, product(factor, combined(expanded(equation.left), expanded(equation.right), [-1n, 1n])));
    const { rest, quotients } = read.reduced(whole);
    if (rest.size) return null;
    const used = [
      ...multiples.map(({ factor, equation }) => ({ factor, sides: [equation.left, equation.right], proof: equation.proof })),
      ...quotients.map(({ rule, quotient }) => ({ factor: scaled(quotient, [-1n, 1n]), sides: sidesOf(rule), proof: rule.proof })),
    ].filter(({ factor }) => factor.size);
    const scale = commonDenominator([...used.map(({ factor }) => factor), new Map(parts.map(([c], i) => [i, c]))]);
    const facts = [...new Set(parts.flatMap(([, f]) => leaves(f)))];
    const lists = [true, false].map((strict) => facts.filter((f) => f.strict === strict));
    lists.forEach((list) => list.forEach((f, i) => (f.place = i)));
    const show = printer(m, read);
    const begun = m.make(`${C}refute`, [show.atoms(), ...lists.map((list) => show.exprs(list.map((f) => f.tree))), show.equations(used.map(({ sides }) => sides))]);
    const proofs = [...lists, used].map((list) => show.all(list.map(({ proof }) => proof)));
    const numbers = show.sum(parts.map(([[n, d], f]) => [(n * scale) / d, f]));
    return m.apply(begun, ...proofs, numbers, show.exprs(used.map(({ factor }) => treeOf(scaled(factor, [scale, 1n])))), m.isTrue());
  }

  const leaves = (f) => (f.factors ? f.factors.flatMap(leaves) : f.proof ? [f] : []);

  // -- ring ---------------------------------------------------------------------------------------------------------------

  /** A proof over the integers of what is said of natural numbers is one of that, by unfolding the casts. */
  const lowered = (m, read, { left, right }, proof) =>
    (read.known === 'ℕ' ? m.app(`${C}nat_equal`, [], left, right, proof) : proof);

  function ring(m) {
    const goal = equationOf(m, m.target());
    if (goal === null) throw new Failed('ring proves equations only');
    const proof = m.attempt(() => {
      const read = reading(m, goal.type);
      const found = identity(m, read, read.tree(goal.left), read.tree(goal.right), []);
      return found && lowered(m, read, goal, found);
    });
    if (proof !== null) return m.close(proof);
    // Powers with variable exponents, and rings that are not commutative rings by a class: core's solver, without hypotheses.
    const declared = m.hypotheses().map(([variable]) => lean.call('Lean_Expr_fvarId_x21', keep(variable)));
    const cleared = m.inMeta('Lean_MVarId_tryClearMany', m.goal(), m.hold(lean.array(declared)));
    m.inTactic('Lean_Elab_Tactic_replaceMainGoal', m.hold(lean.list([keep(cleared)])));
    m.run('grobner');
  }

  // -- linear_combination -------------------------------------------------------------------------------------------------

  const BINARY = { 'term_+_': 'add', 'term_-_': 'sub', 'term_*_': 'mul', 'term_/_': 'div' };
  const kindOf = (syntax) => (tag(syntax) === 1 ? lean.nameText(take(syntax, 1)).replace(/[«»]/g, '') : '');
  const parts = (syntax) => items(field(syntax, 2));

  /** What a combination says: a constant (`tree`), or facts by what they are multiplied with. */
  function combination(m, read, type, syntax) {
    const kind = kindOf(syntax);
    const inner = (s) => combination(m, read, type, s);
    if (kind === 'Lean.Parser.Term.paren') return inner(parts(syntax)[1]);
    if (kind === 'term-_') return times(inner(parts(syntax)[1]), constant([-1n, 1n]));
    if (BINARY[kind]) {
      const [left, right] = [inner(parts(syntax)[0]), inner(parts(syntax)[2])];
      switch (BINARY[kind]) {
        case 'add': return together(left, right, ONE);
        case 'sub': return together(left, right, [-1n, 1n]);
        case 'mul':
          if (left.facts.size && right.facts.size) throw new Failed('linear_combination: a product of two proofs');
          return left.facts.size ? times(left, right.value) : times(right, left.value);
        default: {
          if (right.facts.size) throw new Failed('linear_combination: a proof as a denominator');
          if (read.known !== '') throw new Failed('linear_combination: integers have no quotients');
          const under = right.value.get('');
          if (right.value.size === 1 && under) return times(left, constant([under[1], under[0]]));
          const over = m.make('Inv.inv', [right.expression ?? m.elaborated(parts(syntax)[2], type)]);
          return times(left, read.reduced(expanded(read.tree(over))).rest);
        }
      }
    }
    const e = m.elaborated(syntax, type);
    const says = m.typeOf(e);
    const fact = factOf(m, read, e, says);
    if (fact !== null) return { value: new Map(), facts: new Map([[fact, constant(ONE)]]) };
    if (!m.same(says, type)) throw new Failed('linear_combination: this is no proof of a comparison, and no number of the goal');
    return { value: read.reduced(expanded(read.tree(e))).rest, facts: new Map(), expression: e };
  }

  function together(a, b, sign) {
    const facts = new Map(a.facts);
    for (const [fact, factor] of b.facts) facts.set(fact, combined(facts.get(fact) ?? new Map(), factor, sign));
    return { value: combined(a.value, b.value, sign), facts };
  }

  const times = (a, factor) => ({
    value: product(a.value, factor),
    facts: new Map([...a.facts].map(([fact, known]) => [fact, product(known, factor)])),
  });

  function linearCombination(m, syntax) {
    const given = parts(parts(syntax)[1])[0];
    const goal = equationOf(m, m.target());
    if (goal === null) return combinedOrder(m, given);
    const read = reading(m, goal.type);
    const [left, right] = [read.tree(goal.left), read.tree(goal.right)];
    const found = given ? combination(m, read, goal.type, given) : { value: new Map(), facts: new Map() };
    const multiples = [...found.facts].map(([equation, factor]) => ({ equation, factor }));
    if (multiples.some(({ equation }) => !equation.left)) throw new Failed('linear_combination: an inequality proves no equation');
    const proof = identity(m, read, left, right, multiples);
    if (proof === null) throw new Failed('linear_combination: ring does not prove what remains');
    m.close(lowered(m, read, goal, proof));
  }

  /** For a goal `a < b` or `a ≤ b`: facts with numbers that are not negative. */
  function combinedOrder(m, given) {
    const named = orderOf(m, m.target())?.type ?? null;
    if (named === null) throw new Failed('linear_combination proves equations and inequalities only');
    negate(m, m.target());
    m.inside((inner) => {
      const read = reading(inner, named);
      const negated = factOf(inner, read, ...inner.hypotheses().at(-1));
      const found = given ? combination(inner, read, named, given) : { value: new Map(), facts: new Map() };
      const used = [[ONE, negated]], multiples = [];
      for (const [fact, factor] of found.facts) {
        if (fact.left) { multiples.push({ equation: fact, factor: scaled(factor, [-1n, 1n]) }); continue; }
        const c = factor.get('') ?? ZERO;
        if (factor.size > 1 || (factor.size === 1 && !factor.has('')) || c[0] < 0n)
          throw new Failed('linear_combination: an inequality may be multiplied with a number that is not negative only');
        if (c[0] > 0n) used.push([c, fact]);
      }
      const left = new Map();
      for (const [c, f] of used) accumulate(left, expanded(f.tree), c);
      for (const { factor, equation } of multiples) accumulate(left, product(factor, combined(expanded(equation.left), expanded(equation.right), [-1n, 1n])));
      const { rest } = read.reduced(left);
      const slack = rest.get('') ?? ZERO;
      if (rest.size > 1 || (rest.size === 1 && !rest.has('')) || slack[0] > 0n) throw new Failed('linear_combination: ring does not prove what remains');
      if (slack[0] < 0n) used.push([[-slack[0], slack[1]], UNIT()]);
      if (!used.some(([, f]) => f.strict)) throw new Failed('linear_combination: a strict inequality does not follow from weak ones');
      const proof = refutation(inner, read, used, multiples);
      if (proof === null) throw new Failed('linear_combination: ring does not prove what remains');
      inner.close(proof);
    });
  }

  // -- linarith -----------------------------------------------------------------------------------------------------------

  const UNIT = () => ({ tree: ['num', 1n], strict: true });
  const isNumbers = (m, type) => m.isConstant(type, 'Nat') || m.isConstant(type, 'Int');

  /** What a proof says of the ring that is read: {tree, strict, proof} for `0 < tree` or `0 ≤ tree`, {left, right, proof}, or null. */
  function factOf(m, read, proof, says) {
    const found = comparison(m, proof, says);
    const fits = found !== null && (m.same(found.type, read.type) || (isNumbers(m, found.type) && isNumbers(m, read.type)));
    if (!fits) return null;
    const tree = (e) => read.tree(e, found.type);
    if (found.left) {
      return { left: tree(found.left), right: tree(found.right), proof: m.isConstant(found.type, 'Nat') ? m.make(`${C}nat_cast_equal`, [found.proof]) : found.proof };
    }
    const difference = ['sub', tree(found.high), tree(found.low)];
    if (m.isConstant(found.type, 'Nat') || m.isConstant(found.type, 'Int')) {
      const lemma = `${m.isConstant(found.type, 'Nat') ? 'nat' : 'int'}_${found.strict ? 'lt' : 'le'}`;
      return { tree: found.strict ? ['sub', difference, ['num', 1n]] : difference, strict: false, proof: m.make(C + lemma, [found.proof]) };
    }
    const made = m.attempt(() => m.make(`${C}${found.strict ? 'sub_pos_of_lt' : 'sub_nonneg_of_le'}`, [found.proof]));
    return made === null ? null : { tree: difference, strict: found.strict, proof: made };
  }

  /** Turn the goal into `False`, its negation being the last hypothesis where it is a comparison. */
  function negate(m, target) {
    const order = orderOf(m, target);
    const { name } = m.spine(target);
    if (order !== null) m.run(`refine _root_.Core.Certificate.${order.strict ? 'lt' : 'le'}_of_not fun _ => ?_`);
    else if (name === 'Not') m.run('intro _');
    else if (name !== 'False') m.run('exfalso');
  }

  /** Polynomials whose squares occur in trees. */
  function rootsIn(trees) {
    const found = new Map();
    const visit = (tree) => {
      const [head, a, b] = tree;
      if (head === 'num' || head === 'var') return;
      const text = (t) => JSON.stringify(t, (_, v) => (typeof v === 'bigint' ? String(v) : v));
      if (head === 'pow' && b % 2 === 0 && b > 0) { const root = b === 2 ? a : ['pow', a, b / 2]; found.set(text(root), root); }
      if (head === 'mul' && text(a) === text(b)) found.set(text(a), a);
      visit(a);
      if (head !== 'pow' && head !== 'neg') visit(b);
    };
    trees.forEach(visit);
    return [...found.values()];
  }

  function prove(m, terms, negated, only, hard, type) {
    const read = reading(m, type);
    const facts = [], equations = [];
    const known = m.hypotheses();
    const given = only ? known.slice(negated ? -1 : known.length) : known;
    const add = ([proof, says]) => {
      const fact = factOf(m, read, proof, says);
      if (fact === null) return;
      (fact.left ? equations : facts).push(fact);
    };
    [...terms.map((e) => [e, m.typeOf(e)]), ...given].forEach(add);
    if (facts.length + equations.length === 0) return null;
    const casts = read.naturals().map((e) => ({ tree: ['var', read.atoms.indexOf(e)], strict: false, proof: m.make(`${C}nat_nonneg`, [m.spine(e).args[2]]) }));
    const base = [UNIT(), ...facts, ...casts].map((f) => ({ ...f, polynomial: read.reduced(expanded(f.tree)).rest }));
    const free = equations.map((equation) => ({ equation, factor: constant(ONE) }));
    const attempt = (columns, multiples) => solve(m, read, columns, multiples);
    const simple = attempt(base, free);
    if (simple !== null || !hard) return simple;
    const square = (root) => ({ tree: SQUARE(root), strict: false, root, polynomial: read.reduced(expanded(SQUARE(root))).rest });
    const trees = [...facts.map((f) => f.tree), ...equations.flatMap((e) => [e.left, e.right])];
    const squares = rootsIn(trees).map(square);
    const times_ = (a, b) => ({ tree: ['mul', a.tree, b.tree], strict: a.strict && b.strict, factors: [a, b], polynomial: read.reduced(product(a.polynomial, b.polynomial)).rest });
    const pairs = (list) => list.flatMap((a, i) => list.slice(i).map((b) => times_(a, b)));
    const more = [...free, ...equations.flatMap((equation) => read.atoms.slice(0, 12).map((_, v) => ({ equation, factor: new Map([[`${v}^1`, ONE]]) })))];
    const core = base.slice(1).slice(-MOST_FACTS);
    const lead = negated && facts.length > terms.length ? [base[facts.length]] : []; // the negated goal
    const few = [...base.slice(1, 1 + Math.min(terms.length, MOST_FACTS)), ...lead];
    return attempt([...base, ...squares], free)
      ?? attempt([...base, ...squares, ...pairs(few)], more)
      ?? attempt([...base, ...squares, ...pairs([...core, ...squares.slice(0, 8)])], more);
  }

  /** Look for numbers with which columns and equations add up to zero, one of what is strict being positive. */
  function solve(m, read, columns, multiples) {
    const rows = new Map();
    const column = (p) => new Map([...p].map(([monomial, c]) => {
      if (!rows.has(monomial)) rows.set(monomial, rows.size + 1);
      return [rows.get(monomial), c];
    }));
    const frees = multiples.map(({ equation, factor }) =>
      read.reduced(product(factor, combined(expanded(equation.left), expanded(equation.right), [-1n, 1n]))).rest);
    const all = [...columns.map((f) => { const c = column(f.polynomial); if (f.strict) c.set(0, ONE); return c; }), ...frees.map(column)];
    const found = feasible(all, all.map((_, j) => j >= columns.length), Array.from({ length: rows.size + 1 }, (_, i) => (i === 0 ? ONE : ZERO)));
    if (found === null) return null;
    const used = [...found];
    return refutation(m, read,
      used.filter(([j]) => j < columns.length).map(([j, c]) => [c, columns[j]]),
      used.filter(([j]) => j >= columns.length).map(([j, c]) => ({ equation: multiples[j - columns.length].equation, factor: scaled(multiples[j - columns.length].factor, c) })));
  }

  function linarith(m, syntax, hard) {
    const target = m.target();
    const equation = equationOf(m, target);
    if (equation !== null) {
      m.run('refine _root_.Core.Certificate.antisymm ?_ ?_');
      for (let i = 0; i < 2; i++) m.inside((inner) => linarith(inner, syntax, hard));
      return;
    }
    const wanted = orderOf(m, target)?.type ?? null;
    negate(m, target);
    m.inside((inner) => {
      const [only, terms] = hints(inner, syntax);
      const types = wanted === null ? [] : [wanted];
      for (const [proof, says] of [...terms.map((e) => [e, inner.typeOf(e)]), ...inner.hypotheses()]) {
        const type = comparison(inner, proof, says)?.type;
        if (type && !types.some((other) => inner.same(other, type) || (isNumbers(inner, other) && isNumbers(inner, type)))) types.push(type);
      }
      for (const type of types) {
        const proof = inner.attempt(() => prove(inner, terms, wanted !== null, only, hard, type));
        if (proof !== null) return void inner.close(proof);
      }
      throw new Failed(`${hard ? 'nlinarith' : 'linarith'} found no certificate`);
    });
  }

  /** Whether hypotheses are left out, and the terms that are given, elaborated. */
  function hints(m, syntax) {
    const [, only, list] = parts(syntax);
    const terms = parts(list).length ? parts(parts(list)[1]).filter((_, i) => i % 2 === 0) : [];
    return [parts(only).length > 0, terms.map((term) => m.elaborated(term))];
  }

  return {
    ring: (m) => ring(m),
    combination: (m, syntax) => linearCombination(m, syntax),
    linarith: (m, syntax) => linarith(m, syntax, false),
    nlinarith: (m, syntax) => linarith(m, syntax, true),
  };
};
