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
//
// A thread counts its own heartbeats, so what a spawned task takes is not charged to whoever spawned it: `exact?` builds its
// index of the library in tasks, and under a limit that counted those it would never finish. `Task.spawn` is therefore
// wrapped: a task starts to count at zero, and the count from before is put back after it.

const SECTION = { imports: 2, functions: 3, exports: 7, code: 10 };
const LOCAL_GET = 0x20, LOCAL_SET = 0x21, I32_CONST = 0x41, DROP = 0x1a, SELECT = 0x1b, CALL = 0x10, END = 0x0b, I32 = 0x7f;
const MINUS_ONE = 0x7f, BOXED_ZERO = 1;

const SPAWN = 'lean_task_spawn_core', GET = 'lean_io_get_num_heartbeats', SET = 'lean_io_set_heartbeats';

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

/** An unsigned number as LEB128. */
function leb(n) {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.from([...bytes, n]);
}

/** Where each section begins, its content lies and ends. */
function sections(bytes) {
  const r = reader(bytes);
  const found = {};
  for (r.seek(8); r.at < bytes.length;) {
    const start = r.at;
    const id = r.byte();
    const length = r.leb();
    found[id] = { start, at: r.at, end: r.at + length };
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

/** Return the module changed. Throws if it is not the one this was written for; `bytes` is changed as well. */
function runTasksWhereTheyAreSpawned(bytes) {
  const found = sections(bytes);
  const imported = countImportedFunctions(bytes, found[SECTION.imports].at);
  const index = exportedFunctions(bytes, found[SECTION.exports].at, [...Object.keys(PATCHES), GET, SET]);
  const bodies = {};
  const wanted = new Map(Object.keys(PATCHES).map((name) => [index[name], name]));
  const r = reader(bytes);
  r.seek(found[SECTION.code].at);
  const count = r.leb();
  const first = r.at;
  for (let i = imported; wanted.size > 0; i++) {
    const start = r.at;
    const length = r.leb();
    const name = wanted.get(i);
    if (name !== undefined) {
      patch(bytes.subarray(r.at, r.at + length), name, PATCHES[name]);
      bodies[name] = { start, end: r.at + length };
      wanted.delete(i);
    }
    r.skip(length);
  }
  return wrapped(bytes, found, imported, index, { count, first, ...bodies[SPAWN] });
}

/** The module with the function that spawns a task moved to the end, and one that keeps its heartbeats apart in its place. */
function wrapped(bytes, found, imported, index, { count, first, start, end }) {
  const functions = reader(bytes);
  functions.seek(found[SECTION.functions].at);
  functions.leb();
  const types = functions.at;
  for (let i = imported; i < index[SPAWN]; i++) functions.leb();
  const type = functions.leb();
  const set = (...value) => [...value, CALL, ...leb(index[SET]), DROP];
  const body = Buffer.from([
    1, 1, I32, // one local more, number 3: the count from before, boxed
    CALL, ...leb(index[GET]), LOCAL_SET, 3, ...set(I32_CONST, BOXED_ZERO),
    LOCAL_GET, 0, LOCAL_GET, 1, LOCAL_GET, 2, CALL, ...leb(imported + count),
    ...set(LOCAL_GET, 3), END,
  ]);
  const section = (id, ...parts) => [Buffer.from([id]), leb(parts.reduce((sum, part) => sum + part.length, 0)), ...parts];
  const { functions: F, code: C } = SECTION;
  return Buffer.concat([
    bytes.subarray(0, found[F].start),
    ...section(F, leb(count + 1), bytes.subarray(types, found[F].end), leb(type)),
    bytes.subarray(found[F].end, found[C].start),
    ...section(C, leb(count + 1), bytes.subarray(first, start), leb(body.length), body, bytes.subarray(end, found[C].end), bytes.subarray(start, end)),
    bytes.subarray(found[C].end),
  ]);
}

function patch(body, name, { find, at, put }) {
  const place = body.indexOf(Buffer.from(find));
  if (place < 0 || body.indexOf(Buffer.from(find), place + 1) >= 0) throw new Error(`${name} is not that of the pinned build`);
  body.set(put, place + at);
}

module.exports = { runTasksWhereTheyAreSpawned, reader, leb, sections, countImportedFunctions, SECTION };
