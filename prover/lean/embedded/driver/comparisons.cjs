'use strict';
// Equations and orders, as tactics written here read them from expressions; `m` works in MetaM, see meta.cjs.

const ORDERS = { 'LT.lt': [0, 1, true], 'LE.le': [0, 1, false], 'GT.gt': [1, 0, true], 'GE.ge': [1, 0, false] };

/** An equation as {type, left, right}, or null. */
function equationOf(m, e) {
  const { name, args } = m.spine(e);
  return name === 'Eq' && args.length === 3 ? { type: args[0], left: args[1], right: args[2] } : null;
}

/** A comparison as {type, low, high, strict}, or null. */
function orderOf(m, e) {
  const { name, args } = m.spine(e);
  if (!ORDERS[name] || args.length !== 4) return null;
  const [low, high, strict] = ORDERS[name];
  return { type: args[0], low: args[2 + low], high: args[2 + high], strict };
}

/** A comparison or equation that is proved, and its proof, negations of orders turned around; null for anything else. */
function comparison(m, proof, says) {
  const { name, args } = m.spine(says);
  if (name === 'Not' && args.length === 1) {
    const inner = orderOf(m, args[0]);
    if (inner === null) return null;
    const turned = m.attempt(() => m.make(`Core.Certificate.${inner.strict ? 'le_of_not_lt' : 'lt_of_not_le'}`, [proof]));
    return turned === null ? null : comparison(m, turned, m.typeOf(turned));
  }
  const order = orderOf(m, says);
  if (order !== null) return { ...order, proof };
  const equation = equationOf(m, says);
  return equation === null ? null : { ...equation, proof };
}

module.exports = { equationOf, orderOf, comparison };
