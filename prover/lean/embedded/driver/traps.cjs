'use strict';
// Changes to the module of a process that judges, made in memory before it is compiled.
//
// In the kernel process nothing may evaluate code: the bodies of all functions through which Lean runs what was compiled to
// its intermediate representation are replaced by the instruction that traps. In a process whose memory is restored, the
// mutable globals are exported as well, because they are state beside the memory.

const { reader, leb, sections, countImportedFunctions, SECTION } = require('./tasks.cjs');

const FUNCTION = 0, GLOBAL = 3, GLOBALS = 6;
const UNREACHABLE = 0x00, NOP = 0x01, END = 0x0b;
const EVALUATORS = /^(_ZNK?4lean2ir11interpreter|lean_eval_const$|lean_run_main$|lean_run_init$|lean_run_mod_init_core$|lean_eval_)/;

function* exported(bytes) {
  const r = reader(bytes);
  const { at } = sections(bytes)[SECTION.exports];
  r.seek(at);
  for (let n = r.leb(); n > 0; n--) yield { name: r.name(), kind: r.byte(), index: r.leb() };
}

/** Replace the bodies of the evaluators, in place. Returns the bytes. */
function withoutEvaluators(bytes) {
  const wanted = new Set();
  for (const { name, kind, index } of exported(bytes)) if (kind === FUNCTION && EVALUATORS.test(name)) wanted.add(index);
  if (wanted.size < 4) throw new Error('the evaluators are not those of the pinned build');
  const found = sections(bytes);
  const imported = countImportedFunctions(bytes, found[SECTION.imports].at);
  const r = reader(bytes);
  r.seek(found[SECTION.code].at);
  r.leb();
  for (let i = imported; wanted.size > 0; i++) {
    const length = r.leb();
    if (wanted.delete(i)) {
      const body = bytes.subarray(r.at, r.at + length);
      body.fill(NOP);
      body[0] = 0; // no locals
      body[1] = UNREACHABLE;
      body[length - 1] = END;
    }
    r.skip(length);
  }
  return bytes;
}

/** The indices of the mutable globals that the module defines. */
function mutableGlobals(bytes) {
  const found = sections(bytes);
  const r = reader(bytes);
  r.seek(found[GLOBALS].at);
  const imported = countImportedGlobals(bytes, found[SECTION.imports].at);
  const mutable = [];
  for (let i = 0, n = r.leb(); i < n; i++) {
    r.byte(); // type
    if (r.byte() === 1) mutable.push(imported + i);
    while (r.byte() !== END) skipConstant(bytes, r);
  }
  return mutable;
}

function skipConstant(bytes, r) {
  const opcode = bytes[r.at - 1];
  if (opcode === 0x41 || opcode === 0x42 || opcode === 0x23 || opcode === 0xd2) r.leb(); // constants, global.get, ref.func
  else if (opcode === 0x44) r.skip(8);
  else if (opcode === 0x43) r.skip(4);
  else if (opcode === 0xd0) r.byte();
}

function countImportedGlobals(bytes, at) {
  const r = reader(bytes);
  r.seek(at);
  const limits = () => { const flags = r.leb(); r.leb(); if (flags & 1) r.leb(); };
  let globals = 0;
  for (let n = r.leb(); n > 0; n--) {
    r.name();
    r.name();
    const kind = r.byte();
    if (kind === 0) r.leb();
    else if (kind === 1) { r.byte(); limits(); }
    else if (kind === 2) limits();
    else if (kind === GLOBAL) { r.skip(2); globals++; }
    else { r.skip(1); r.leb(); }
  }
  return globals;
}

const GLOBAL_NAME = 'proofsmith.global.';

/** Export every mutable global under a name of our own. Returns a new module. */
function withGlobals(bytes) {
  const section = sections(bytes)[SECTION.exports];
  const r = reader(bytes);
  r.seek(section.at);
  const count = r.leb();
  const first = r.at;
  const more = mutableGlobals(bytes).map((index) => {
    const name = Buffer.from(GLOBAL_NAME + index, 'latin1');
    return Buffer.concat([leb(name.length), name, Buffer.from([GLOBAL]), leb(index)]);
  });
  const content = Buffer.concat([leb(count + more.length), bytes.subarray(first, section.end), ...more]);
  return Buffer.concat([
    bytes.subarray(0, section.start), Buffer.from([SECTION.exports]), leb(content.length), content, bytes.subarray(section.end),
  ]);
}

module.exports = { withoutEvaluators, withGlobals, GLOBAL_NAME };
