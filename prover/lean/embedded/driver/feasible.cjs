'use strict';
// Numbers, not negative or free, with which columns of fractions add up to a given column.
//
// The first phase of the simplex method on floating point numbers, by Bland's rule where progress stops, says which columns
// take part; those are solved for exactly. Nothing depends on a clock: the steps are counted.

const { ZERO, plus, times, negated, inverse, worked } = require('./polynomials.cjs');

const TOLERANCE = 1e-9;
const MOST_STEPS = 4000;

const number = ([n, d]) => {
  const direct = Number(n) / Number(d);
  if (Number.isFinite(direct)) return direct;
  const shift = BigInt(Math.max(0, d.toString(2).length - 64));
  return Number(n >> shift) / Number(d >> shift);
};

/** The columns of a basic solution of `sum x_j columns[j] = wanted`, x >= 0, up to rounding, or null. */
function support(columns, wanted, rows) {
  const width = columns.length + 1;
  const table = wanted.map((target, i) => {
    const row = new Float64Array(width);
    columns.forEach((column, j) => { const c = column.get(i); if (c) row[j] = number(c); });
    row[width - 1] = number(target);
    const scale = Math.max(...row.subarray(0, width - 1).map(Math.abs)) || 1;
    const sign = row[width - 1] < 0 ? -1 : 1;
    return row.map((x) => (x * sign) / scale);
  });
  const basis = Array.from({ length: rows }, () => -1); // -1: an artificial variable
  const cost = new Float64Array(width);
  for (const row of table) row.forEach((x, j) => (cost[j] += x));
  let stalled = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (cost[width - 1] < TOLERANCE) break;
    worked((rows * width) / 100);
    let enter = -1, best = TOLERANCE;
    for (let j = 0; j < width - 1; j++)
      if (cost[j] > best) { enter = j; if (stalled > 20) break; best = cost[j]; }
    if (enter < 0) return null;
    let leave = -1, ratio = Infinity;
    for (let i = 0; i < rows; i++) {
      const a = table[i][enter];
      if (a <= TOLERANCE) continue;
      const r = table[i][width - 1] / a;
      if (r < ratio - 1e-12 || (r < ratio + 1e-12 && basis[i] < basis[leave])) { ratio = r; leave = i; }
    }
    if (leave < 0) return null;
    stalled = ratio < 1e-12 ? stalled + 1 : 0;
    const pivot = table[leave], by = pivot[enter];
    for (let j = 0; j < width; j++) pivot[j] /= by;
    const clear = (row) => {
      const f = row[enter];
      if (f === 0) return;
      for (let j = 0; j < width; j++) row[j] -= f * pivot[j];
      row[enter] = 0;
    };
    table.forEach((row, i) => { if (i !== leave) clear(row); });
    clear(cost);
    basis[leave] = enter;
  }
  if (cost[width - 1] > 1e-6) return null;
  return basis.filter((j, i) => j >= 0 && Math.abs(table[i][width - 1]) > 1e-8).sort((a, b) => a - b);
}

/** Solve `sum x_j columns[j] = wanted` for the chosen columns, exactly; others are zero. Null if there is no solution. */
function solved(columns, chosen, wanted, rows) {
  const table = Array.from({ length: rows }, (_, i) => [...chosen.map((j) => columns[j].get(i) ?? ZERO), wanted[i]]);
  const places = [];
  for (let at = 0, row = 0; at < chosen.length; at++) {
    const found = table.findIndex((line, i) => i >= row && line[at][0] !== 0n);
    if (found < 0) continue;
    [table[row], table[found]] = [table[found], table[row]];
    const by = inverse(table[row][at]);
    worked(4 * rows * chosen.length);
    table[row] = table[row].map((x) => times(x, by));
    for (let i = 0; i < rows; i++) {
      if (i === row || table[i][at][0] === 0n) continue;
      const f = negated(table[i][at]);
      table[i] = table[i].map((x, j) => (table[row][j][0] === 0n ? x : plus(x, times(f, table[row][j]))));
    }
    places.push([at, row++]);
  }
  if (table.slice(places.length).some((line) => line.at(-1)[0] !== 0n)) return null;
  return new Map(places.map(([at, row]) => [chosen[at], table[row].at(-1)]));
}

/**
 * Columns are Maps from rows to fractions; `free[j]` says that a column may be taken a negative number of times; `wanted` is
 * a list with one fraction a row. Returns a Map from columns to fractions that are not zero, or null.
 */
module.exports = function feasible(columns, free, wanted) {
  const rows = wanted.length;
  const opposite = (column) => new Map([...column].map(([i, c]) => [i, negated(c)]));
  const all = [...columns, ...columns.filter((_, j) => free[j]).map(opposite)];
  const origin = [...columns.keys(), ...[...columns.keys()].filter((j) => free[j])];
  const found = support(all, wanted, rows);
  if (found === null) return null;
  const exact = solved(columns, [...new Set(found.map((j) => origin[j]))], wanted, rows);
  if (exact === null || [...exact].some(([j, [n]]) => n < 0n && !free[j])) return null;
  return new Map([...exact].filter(([, [n]]) => n !== 0n));
};
