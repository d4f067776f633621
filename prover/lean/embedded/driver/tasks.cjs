'use strict';
// Makes Lean's tasks run where they are spawned.
//
// The runtime hands tasks to threads, and a thread of this build only starts when the main thread returns to the event
// loop, which a driver that calls Lean directly never does: `exact?`, which spawns tasks and waits for them, would wait for
// ever. With threads the order of work, and with it heartbeats and verdicts, would also depend on the machine's load.
//
// The runtime knows a priority, LEAN_SYNC_PRIO (the largest unsigned number), that means "run it here, as soon as what it
// waits for is there". So each of the three functions that make a task (`Task.spawn`, `Task.map`, `Task.bind`) is made to
// use that priority always: one instruction each is replaced by another of equal length. Nothing is asynchronous afterwards,
// and no thread is ever asked for.
//
// A thread counts its own heartbeats, so what a spawned task takes is not charged to whoever spawned it: `exact?` builds its
// index of the library in tasks, and under a limit that counted those it would never finish. `Task.spawn` is therefore
// wrapped: a task starts to count at zero, and the count from before is put back after it.

const { CODE, KIND, SECTION, leb } = require('./wasm.cjs');

const I32 = 0x7f, MINUS_ONE = 0x7f, BOXED_ZERO = 1;
const { localGet, localSet, i32, drop, select, call, end } = CODE;

const SPAWN = 'lean_task_spawn_core', GET = 'lean_io_get_num_heartbeats', SET = 'lean_io_set_heartbeats';

// Where the arguments of the task's allocation are pushed: closure, priority, keep-alive.
const PATCHES = {
  // spawn(closure, priority, keepAlive): the priority is passed on; pass -1.
  lean_task_spawn_core: { find: [localGet, 0, localGet, 1, localGet, 2, call], at: 2, put: [i32, MINUS_ONE] },
  // map(f, task, priority, sync, keepAlive) and bind: sync ? -1 : priority; take sync for true.
  lean_task_map_core: { find: [i32, MINUS_ONE, localGet, 2, localGet, 3, select, localGet, 4, call], at: 4, put: [i32, 1] },
  lean_task_bind_core: { find: [i32, MINUS_ONE, localGet, 2, localGet, 3, select, localGet, 4, call], at: 4, put: [i32, 1] },
};

/** Note the changes. Throws if the module is not the one this was written for. */
module.exports = function runTasksWhereTheyAreSpawned(wasm) {
  const wanted = new Set([...Object.keys(PATCHES), GET, SET]);
  const index = {};
  for (const { name, kind, index: i } of wasm.exported()) if (kind === KIND.function && wanted.has(name)) index[name] = i;
  const places = wasm.bodies(Object.keys(PATCHES).map((name) => index[name]));
  for (const name of Object.keys(PATCHES)) {
    const { from, at, to } = places.get(index[name]);
    const body = patched(wasm.bytes.subarray(at, to), name, PATCHES[name]);
    if (name !== SPAWN) { wasm.replace(SECTION.code, at, to, body); continue; }
    // The function that spawns a task moves to the end, and one that keeps its heartbeats apart takes its place.
    const moved = wasm.imported[KIND.function] + wasm.sections[SECTION.code].count;
    const around = wrapper(index, moved);
    wasm.replace(SECTION.code, from, to, Buffer.concat([leb(around.length), around]));
    wasm.append(SECTION.code, leb(body.length), body);
    wasm.append(SECTION.functions, leb(typeOf(wasm, index[SPAWN])));
  }
};

function typeOf(wasm, index) {
  const r = wasm.read(wasm.sections[SECTION.functions].first);
  for (let i = wasm.imported[KIND.function]; i < index; i++) r.leb();
  return r.leb();
}

function wrapper(index, moved) {
  const set = (...value) => [...value, call, ...leb(index[SET]), drop];
  return Buffer.from([
    1, 1, I32, // one local more, number 3: the count from before, boxed
    call, ...leb(index[GET]), localSet, 3, ...set(i32, BOXED_ZERO),
    localGet, 0, localGet, 1, localGet, 2, call, ...leb(moved),
    ...set(localGet, 3), end,
  ]);
}

function patched(given, name, { find, at, put }) {
  const body = Buffer.from(given);
  const place = body.indexOf(Buffer.from(find));
  if (place < 0 || body.indexOf(Buffer.from(find), place + 1) >= 0) throw new Error(`${name} is not that of the pinned build`);
  body.set(put, place + at);
  return body;
}
