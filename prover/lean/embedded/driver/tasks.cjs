'use strict';
// Makes Lean's tasks run where they are spawned.
//
// The runtime hands tasks to threads, and a thread of this build only starts when the main thread returns to the event
// loop, which a driver that calls Lean directly never does: `exact?`, which spawns tasks and waits for them, would wait for
// ever. With threads the order of work, and with it heartbeats and verdicts, would also depend on the machine's load.
//
// The runtime knows a priority, LEAN_SYNC_PRIO (the largest unsigned number), that means "run it here, as soon as what it
// waits for is there". So each of the three functions that make a task (`Task.spawn`, `Task.map`, `Task.bind`) is made to
// use that priority always: one instruction each is replaced by another of equal length, in memory. Nothing is
// asynchronous afterwards, and no thread is ever asked for.

const SECTION = { imports: 2, exports: 7, code: 10 };
const LOCAL_GET = 0x20, I32_CONST = 0x41, SELECT = 0x1b, CALL = 0x10, MINUS_ONE = 0x7f;

// Where the arguments of the task's allocation are pushed: closure, priority, keep-alive.
const PATCHES = {
  // spawn(closure, priority, keepAlive): the priority is passed on; pass -1.
  lean_task_spawn_core: { find: [LOCAL_GET, 0, LOCAL_GET, 1, LOCAL_GET, 2, CALL], at: 2, put: [I32_CONST, MINUS_ONE] },
  // map(f, task, priority, sync, keepAlive) and bind: sync ? -1 : priority; take sync for true.
  lean_task_map_core: { find: [I32_CONST, MINUS_ONE, LOCAL_GET, 2, LOCAL_GET, 3, SELECT, LOCAL_GET, 4, CALL], at: 4, put: [I32_CONST, 1] },
  lean_task_bind_core: { find: [I32_CONST, MINUS_ONE, LOCAL_GET, 2, LOCAL_GET, 3, SELECT, LOCAL_GET, 4, CALL], at: 4, put: [I32_CONST, 1] },
};

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

/** Change the module's bytes in place and return them. Throws if the module is not the one this was written for. */
function runTasksWhereTheyAreSpawned(bytes) {
  const at = sections(bytes);
  const index = exportedFunctions(bytes, at[SECTION.exports], Object.keys(PATCHES));
  const names = new Map(Object.entries(index).map(([name, i]) => [i, name]));
  const r = reader(bytes);
  r.seek(at[SECTION.code]);
  r.leb();
  for (let i = countImportedFunctions(bytes, at[SECTION.imports]); names.size > 0; i++) {
    const length = r.leb();
    const name = names.get(i);
    if (name !== undefined) {
      patch(bytes.subarray(r.at, r.at + length), name, PATCHES[name]);
      names.delete(i);
    }
    r.skip(length);
  }
  return bytes;
}

function patch(body, name, { find, at, put }) {
  const place = body.indexOf(Buffer.from(find));
  if (place < 0 || body.indexOf(Buffer.from(find), place + 1) >= 0) throw new Error(`${name} is not that of the pinned build`);
  body.set(put, place + at);
}

module.exports = { runTasksWhereTheyAreSpawned };
