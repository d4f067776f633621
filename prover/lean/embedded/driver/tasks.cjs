'use strict';
// Makes Lean's tasks run where they are spawned.
//
// The runtime hands `Task.spawn` to threads, and a thread of this build only starts when the main thread returns to the
// event loop, which a driver that calls Lean directly never does: `exact?`, which spawns tasks and waits for them, would
// wait for ever. With threads the order of work, and with it heartbeats and verdicts, would also depend on the machine's
// load. So the body of `lean_task_spawn_core` is replaced, in memory and at equal length, by what it does when there is
// no task manager at all: run the closure and wrap its value. Nothing is asynchronous afterwards.

const SECTION = { imports: 2, exports: 7, code: 10 };
const OPCODE = { localGet: 0x20, i32Const: 0x41, call: 0x10, nop: 0x01, end: 0x0b };

function reader(bytes) {
  let at = 0;
  const leb = () => {
    for (let result = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      result += (byte & 127) * 2 ** shift;
      if (byte < 128) return result;
    }
  };
  return {
    leb,
    byte: () => bytes[at++],
    skip: (n) => (at += n),
    name: () => { const n = leb(); at += n; return bytes.toString('latin1', at - n, at); },
    seek: (n) => (at = n),
    get at() { return at; },
  };
}

function sections(bytes) {
  const r = reader(bytes);
  const found = {};
  for (r.seek(8); r.at < bytes.length;) {
    const id = r.byte();
    const length = r.leb();
    found[id] = r.at;
    r.skip(length);
  }
  return found;
}

function countImportedFunctions(bytes, at) {
  const r = reader(bytes);
  r.seek(at);
  const limits = () => { const flags = r.leb(); r.leb(); if (flags & 1) r.leb(); };
  let functions = 0;
  for (let n = r.leb(); n > 0; n--) {
    r.name();
    r.name();
    const kind = r.byte();
    if (kind === 0) { r.leb(); functions++; }
    else if (kind === 1) { r.byte(); limits(); }
    else if (kind === 2) limits();
    else if (kind === 3) r.skip(2);
    else r.skip(1), r.leb();
  }
  return functions;
}

function exportedFunctions(bytes, at, wanted) {
  const r = reader(bytes);
  r.seek(at);
  const index = {};
  for (let n = r.leb(); n > 0; n--) {
    const name = r.name();
    const kind = r.byte();
    const i = r.leb();
    if (kind === 0 && wanted.includes(name)) index[name] = i;
  }
  return index;
}

const lebBytes = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...lebBytes(n >>> 7)]);

/** Change the module's bytes in place and return them. Throws if the module is not the one this was written for. */
function runTasksWhereTheyAreSpawned(bytes) {
  const at = sections(bytes);
  const index = exportedFunctions(bytes, at[SECTION.exports], ['lean_task_spawn_core', 'lean_apply_1', 'lean_task_pure']);
  const r = reader(bytes);
  r.seek(at[SECTION.code]);
  r.leb();
  for (let i = countImportedFunctions(bytes, at[SECTION.imports]); i < index.lean_task_spawn_core; i++) r.skip(r.leb());
  const length = r.leb();
  const body = [
    0, // no locals
    OPCODE.localGet, 0,
    OPCODE.i32Const, 1, // the erased world, box(0)
    OPCODE.call, ...lebBytes(index.lean_apply_1),
    OPCODE.call, ...lebBytes(index.lean_task_pure),
  ];
  if (!(length > body.length && bytes[r.at + length - 1] === OPCODE.end)) throw new Error('lean.wasm is not the pinned build');
  bytes.fill(OPCODE.nop, r.at, r.at + length - 1);
  bytes.set(body, r.at);
  return bytes;
}

module.exports = { runTasksWhereTheyAreSpawned };
