'use strict';
// Checks that a value is a document of `proofsmith-export/1` (docs/export-format.md), before anything is built from it.
//
// Whoever wrote it is not believed. Tables refer to earlier entries only, so there are no cycles; what is known of a term (its
// loose variables, its depth, its universe parameters) is computed here. The limits are those of
// `prover/lean/export/limits.py`, sent with the request that loads a context.

class Refused extends Error {
  constructor(reason, message) {
    super(message);
    this.reason = reason; // a `KernelReason`
  }
}

const CANDIDATE = new Set(['definition', 'theorem']);
const STATEMENT = new Set([...CANDIDATE, 'opaque', 'axiom', 'inductive']);

module.exports = function check(text, role, limits) {
  const fail = (what) => { throw new Refused(role === 'statement' ? 'statement' : 'document', `the ${role} is refused: ${what}`); };
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch {
    fail('it is not JSON');
  }

  const object = (value, keys, what) => {
    const good = value !== null && typeof value === 'object' && !Array.isArray(value);
    const found = good ? Object.keys(value) : [];
    if (!good || found.length !== keys.length || keys.some((key) => !Object.hasOwn(value, key))) fail(`a ${what} is no object of ${keys.join(', ')}`);
    return value;
  };
  const list = (value, most, what) => {
    if (!Array.isArray(value)) fail(`${what} are no list`);
    if (value.length > most) fail(`there are ${value.length} ${what}; ${most} is the most`);
    return value;
  };
  const number = (value, most, what) => {
    if (!Number.isInteger(value) || value < 0 || value > most) fail(`a ${what} is no number of at most ${most}`);
    return value;
  };
  const index = (value, count, what) => {
    if (!Number.isInteger(value) || value < 0 || value >= count) fail(`a reference to a ${what} is not to an earlier one`);
    return value;
  };
  const isText = (value, most) => typeof value === 'string' && value.isWellFormed() && Buffer.byteLength(value) <= most;

  object(parsed, ['format', 'names', 'levels', 'exprs', 'declarations', 'target'], 'document');
  if (parsed.format !== 'proofsmith-export/1') fail('its format is not proofsmith-export/1');

  // -- names: number 0 is the anonymous one -------------------------------------------------------------------------------
  const names = [null, ...list(parsed.names, limits.names, 'names')];
  const nameDepth = [0];
  const spelled = [''];
  const known = new Set();
  for (let i = 1; i < names.length; i++) {
    const entry = names[i];
    if (!Array.isArray(entry) || entry.length !== 2) fail('a name is no list of 2');
    const [parent, part] = entry;
    index(parent, i, 'name');
    if (typeof part === 'number') number(part, limits.nameNumber, 'number in a name');
    else if (!isText(part, limits.namePart) || part.includes('\0')) fail('a part of a name is no text, too long or holds a zero');
    const id = `${parent} ${typeof part === 'number' ? '#' : '.'}${part}`;
    if (known.has(id)) fail('a name stands twice');
    known.add(id);
    nameDepth.push(nameDepth[parent] + 1);
    if (nameDepth[i] > limits.nameDepth) fail(`a name has more than ${limits.nameDepth} parts`);
    spelled.push(parent === 0 ? String(part) : `${spelled[parent]}.${part}`);
  }

  // -- sets of universe parameters, by number; 0 is the empty one ------------------------------------------------------------
  const sets = [[]];
  const setNumbers = new Map([['', 0]]);
  const unions = new Map();
  const setOf = (members) => {
    const id = members.join(' ');
    if (!setNumbers.has(id)) { setNumbers.set(id, sets.length); sets.push(members); }
    return setNumbers.get(id);
  };
  const union = (a, b) => {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const id = a < b ? a * 2 ** 26 + b : b * 2 ** 26 + a;
    let made = unions.get(id);
    if (made === undefined) unions.set(id, (made = setOf([...new Set([...sets[a], ...sets[b]])].sort((x, y) => x - y))));
    if (sets.length > limits.levels) fail('there are too many combinations of universe parameters');
    return made;
  };

  // -- levels: number 0 is zero ----------------------------------------------------------------------------------------------
  const levels = [null, ...list(parsed.levels, limits.levels, 'levels')];
  const levelSet = [0], levelDepth = [0];
  for (let i = 1; i < levels.length; i++) {
    const entry = levels[i];
    if (!Array.isArray(entry)) fail('a level is no list');
    const [kind, a, b] = entry;
    if (kind === 'P' && entry.length === 2) {
      if (index(a, names.length, 'name') === 0) fail('a universe parameter has no name');
      levelSet.push(setOf([a]));
      levelDepth.push(1);
      continue;
    }
    const parts = kind === 'S' && entry.length === 2 ? [a] : (kind === 'M' || kind === 'I') && entry.length === 3 ? [a, b] : fail('there is a level of no known kind');
    parts.forEach((part) => index(part, i, 'level'));
    levelSet.push(parts.reduce((set, part) => union(set, levelSet[part]), 0));
    levelDepth.push(1 + Math.max(...parts.map((part) => levelDepth[part])));
    if (levelDepth[i] > limits.levelDepth) fail(`a level is more than ${limits.levelDepth} deep`);
  }

  // -- expressions -------------------------------------------------------------------------------------------------------------
  const exprs = list(parsed.exprs, limits.exprs, 'expressions');
  const loose = new Int32Array(exprs.length), depth = new Int32Array(exprs.length), parameters = new Int32Array(exprs.length);
  const constant = (value) => (index(value, names.length, 'name') === 0 ? fail('a constant has no name') : value);
  for (let i = 0; i < exprs.length; i++) {
    const e = exprs[i];
    if (!Array.isArray(e)) fail('an expression is no list');
    const size = e.length;
    let parts = [];
    let most = 0, set = 0;
    switch (e[0]) {
      case 'v': if (size !== 2) fail('a variable is no list of 2'); most = number(e[1], limits.variable, 'variable') + 1; break;
      case 's': if (size !== 2) fail('a sort is no list of 2'); set = levelSet[index(e[1], levels.length, 'level')]; break;
      case 'c':
        if (size !== 3) fail('a constant is no list of 3');
        constant(e[1]);
        for (const level of list(e[2], limits.parameters, 'universe arguments')) set = union(set, levelSet[index(level, levels.length, 'level')]);
        break;
      case 'a': if (size !== 3) fail('an application is no list of 3'); parts = [[1, 0], [2, 0]]; break;
      case 'l': case 'p':
        if (size !== 5) fail('a binder is no list of 5');
        index(e[1], names.length, 'name');
        number(e[4], 3, 'kind of binder');
        parts = [[2, 0], [3, 1]];
        break;
      case 'e':
        if (size !== 6) fail('a let is no list of 6');
        index(e[1], names.length, 'name');
        number(e[5], 1, 'kind of let');
        parts = [[2, 0], [3, 0], [4, 1]];
        break;
      case 'n': if (size !== 2 || typeof e[1] !== 'string' || e[1].length > limits.digits || !/^(0|[1-9][0-9]*)$/.test(e[1])) fail(`a literal is no number of at most ${limits.digits} digits`); break;
      case 't': if (size !== 2 || !isText(e[1], limits.text)) fail(`a literal is no text of at most ${limits.text} bytes`); break;
      case 'j':
        if (size !== 4) fail('a projection is no list of 4');
        constant(e[1]);
        number(e[2], limits.field, 'projection');
        parts = [[3, 0]];
        break;
      default: fail('there is an expression of no known kind');
    }
    let deep = 0;
    for (const [at, bound] of parts) {
      const part = index(e[at], i, 'expression');
      most = Math.max(most, loose[part] - bound);
      deep = Math.max(deep, depth[part]);
      set = union(set, parameters[part]);
    }
    if (deep >= limits.depth) fail(`an expression is more than ${limits.depth} deep`);
    loose[i] = most;
    depth[i] = deep + 1;
    parameters[i] = set;
  }

  // -- declarations ------------------------------------------------------------------------------------------------------------
  const declared = (value) => {
    const found = list(value, limits.parameters, 'universe parameters').map(constant);
    if (new Set(found).size !== found.length) fail('a universe parameter is declared twice');
    return found;
  };
  const closed = (value, own) => {
    const e = index(value, exprs.length, 'expression');
    if (loose[e] !== 0) fail('a term has a loose bound variable');
    if (sets[parameters[e]].some((name) => !own.includes(name))) fail('a term uses a universe parameter that is not declared');
    return e;
  };
  const kinds = role === 'statement' ? STATEMENT : CANDIDATE;
  const taken = new Set();
  const take = (name) => { if (taken.has(constant(name))) fail('a constant is declared twice'); taken.add(name); };
  const declarations = list(parsed.declarations, limits.declarations, 'declarations');
  for (const d of declarations) {
    const kind = d !== null && typeof d === 'object' ? d.kind : undefined;
    if (!kinds.has(kind)) fail(STATEMENT.has(kind) ? `a proof may declare no ${kind}` : 'there is a declaration of no known kind');
    if (kind === 'inductive') {
      object(d, ['kind', 'levels', 'parameters', 'types'], kind);
      const own = declared(d.levels);
      number(d.parameters, limits.field, 'number of parameters');
      if (list(d.types, limits.types, 'types').length === 0) fail('an inductive declaration has no type');
      for (const one of d.types) {
        object(one, ['name', 'type', 'constructors'], 'type');
        take(one.name);
        closed(one.type, own);
        for (const made of list(one.constructors, limits.constructors, 'constructors')) {
          object(made, ['name', 'type'], 'constructor');
          take(made.name);
          closed(made.type, own);
        }
      }
      continue;
    }
    const keys = ['kind', 'name', 'levels', 'type', ...(kind === 'axiom' ? [] : ['value']), ...(kind === 'definition' ? ['hints'] : [])];
    object(d, keys, kind);
    const own = declared(d.levels);
    closed(d.type, own);
    if (kind !== 'axiom') closed(d.value, own);
    if (kind === 'definition' && d.hints !== 'abbrev' && d.hints !== 'opaque') number(d.hints, limits.height, 'height');
    take(d.name);
  }
  const target = object(parsed.target, role === 'statement' ? ['name', 'levels', 'type'] : ['name', 'levels', 'type', 'value'], 'target');
  const own = declared(target.levels);
  constant(target.name);
  closed(target.type, own);
  if (role !== 'statement') closed(target.value, own);
  if (taken.has(target.name)) fail('the target is declared as well');
  return { names, levels, exprs, declarations, target, spelled };
};

module.exports.Refused = Refused;
