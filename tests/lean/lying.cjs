'use strict';
// An elaboration process that writes over its own memory before it exports, as a proof could that has found a way in.
//
// What is written to is what the export is made of: the terms, names, levels and literals of the declarations, and the
// declarations themselves. A line `-- lie N` in a candidate seeds what is changed; without one the process is honest.

const path = require('path');

const DRIVER = path.join(__dirname, '..', '..', 'prover', 'lean', 'embedded', 'driver');
const from = (name) => require(path.join(DRIVER, name));
const boot = from('runtime.cjs');
const exporter = require.resolve(path.join(DRIVER, 'export.cjs'));
const honest = from('export.cjs');

const LIE = /^-- lie (\d+)$/m;
const PARTS = { 5: [0, 1], 6: [1, 2], 7: [1, 2], 8: [1, 2, 3], 10: [1], 11: [2] }; // by constructor of Expr
const [BVAR, SORT, CONST, LITERAL] = [0, 3, 4, 9];
let seed = 0;

/** Whole numbers below n that depend on the seed alone. */
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return (seed >>> 8) % n;
}
const pick = (list) => list[random(list.length)];

/** Write over what some declarations, given as `ConstantInfo`, are made of. */
function corrupt(lean, infos) {
  const { field, tag, isScalar } = lean;
  const memory = () => new DataView(globalThis.Module.wasmMemory.buffer);
  const write = (o, i, value) => memory().setUint32(o + 8 + 4 * i, value, true);
  const base = (info) => field(field(info, 0), 0);
  const exprs = [];
  const seen = new Set();
  // Parts first, so that what stands before an expression is no reason for a cycle.
  const visit = (e) => {
    if (seen.has(e)) return;
    seen.add(e);
    for (const i of PARTS[tag(e)] ?? []) visit(field(e, i));
    exprs.push(e);
  };
  for (const info of infos) for (const e of [field(base(info), 2), field(field(info, 0), 1)]) if (!isScalar(e)) visit(e);
  const of = (...tags) => exprs.filter((e) => tags.includes(tag(e)));
  const compound = exprs.filter((e) => PARTS[tag(e)] !== undefined);
  const changes = [
    () => { const e = pick(compound); write(e, pick(PARTS[tag(e)]), exprs[random(exprs.indexOf(e))]); }, // another part
    () => { const e = pick(compound); write(e, pick(PARTS[tag(e)]), pick(exprs)); }, // perhaps a cycle
    () => { const [a, b] = [pick(of(CONST)), pick(of(CONST))]; write(a, 0, field(b, 0)); }, // another constant
    () => { const e = pick(of(BVAR)); write(e, 0, 2 * random(4) + 1); },
    () => { const e = pick(of(SORT)); write(e, 0, pick(of(SORT).map((s) => field(s, 0)))); },
    () => { const e = pick(of(LITERAL)); write(field(e, 0), 0, 2 * random(100) + 1); },
    () => { const text = field(field(pick(of(CONST)), 0), 1); if (!isScalar(text)) memory().setUint8(text + 20, 97 + random(26)); }, // a name
    () => { const e = pick(exprs); memory().setUint8(e + 7, random(12)); }, // the constructor
    () => { const e = pick(exprs); memory().setUint8(e + random(24), random(256)); }, // any byte
    () => { const [a, b] = [pick(infos), pick(infos)]; write(base(a), 2, field(base(b), 2)); }, // what is stated
    () => { const [a, b] = [pick(infos), pick(infos)]; write(field(a, 0), 1, field(field(b, 0), 1)); }, // what proves it
    () => { const info = pick(infos); write(field(info, 0), 1, pick(exprs)); },
    () => { const info = pick(infos); memory().setUint8(info + 7, random(8)); }, // what kind of declaration it is
  ];
  for (let n = 1 + random(3); n > 0; n--) {
    try {
      pick(changes)();
    } catch (e) {
      if (!(e instanceof TypeError)) throw e; // there is nothing of that kind
    }
  }
}

require.cache[exporter].exports = (lean) => {
  const document = honest(lean);
  return (environment, infos, goal, withValue, ...rest) => {
    if (seed === 0 || !withValue) return document(environment, infos, goal, withValue, ...rest);
    corrupt(lean, [...infos, goal]);
    try {
      return document(environment, infos, goal, withValue, ...rest);
    } catch (e) {
      return String(e); // what is written to is no declaration any more; the next request starts from clean memory
    }
  };
};

boot(JSON.parse(process.argv[2]), (lean) => {
  const front = from('frontend.cjs')(lean);
  const engine = from('tactics.cjs')(lean, front);
  const audit = from('audit.cjs')(lean, front, engine);
  const opening = from('opening.cjs')(lean);
  opening.install();
  const searching = from('operations.cjs')(lean, front, engine, audit, opening);
  const serve = from('elaboration.cjs')(lean, front, audit, searching);
  from('loop.cjs')(lean, (request) => {
    const found = LIE.exec(request.candidate ?? '');
    seed = found === null ? 0 : Number(found[1]);
    return serve(request);
  });
});
