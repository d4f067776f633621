'use strict';
// An image of a process that has initialised Lean and imported a context, as a file: memory, mutable globals, what was put
// into the table of functions, and the little that the driver keeps beside them. A process that reads it goes on from there.
//
//     8 bytes "psimage1"   4 bytes length of the header   the header, JSON   blocks of memory, one after the other
//
// Blocks of zeros are left out (some 100 of 420 MB are not). The glue keeps nothing else that an import changes: its files are
// closed, no thread is started, no exception is in flight.

const fs = require('fs');
const { GLOBAL_NAME } = require('./linking.cjs');

const MAGIC = Buffer.from('psimage1', 'latin1');
const BLOCK = 4096;
const GAP = 8 * BLOCK; // zeros that are written rather than begin another run
const ZEROS = Buffer.alloc(2 ** 20);
const WASM_PAGE = 65536;

const memoryOf = () => Buffer.from(globalThis.Module.wasmMemory.buffer); // a view
const globalsOf = (lean) => Object.keys(lean.raw).filter((name) => name.startsWith(GLOBAL_NAME));
const isZero = (memory, at, length) => memory.compare(ZEROS, 0, length, at, at + length) === 0;

/** Where memory is not zero, as [address, length] in order. */
function runsOf(memory) {
  const runs = [];
  for (let big = 0; big < memory.length; big += WASM_PAGE) {
    if (isZero(memory, big, WASM_PAGE)) continue;
    for (let at = big; at < big + WASM_PAGE; at += BLOCK) {
      if (isZero(memory, at, BLOCK)) continue;
      const last = runs.at(-1);
      if (last !== undefined && at - (last[0] + last[1]) <= GAP) last[1] = at + BLOCK - last[0];
      else runs.push([at, BLOCK]);
    }
  }
  return runs;
}

/** Write the image of this process; answers its size. */
function write(lean, path) {
  if (globalThis.exceptionCaught.length || globalThis.uncaughtExceptionCount) throw new Error('an exception is in flight');
  lean.beforeStoring.forEach((prepare) => prepare());
  const memory = memoryOf();
  const runs = runsOf(memory);
  const header = Buffer.from(JSON.stringify({
    memory: memory.length,
    globals: Object.fromEntries(globalsOf(lean).map((name) => [name, lean.raw[name].value])),
    table: lean.table.labelled,
    clock: lean.clock.now(),
    state: Object.fromEntries(Object.entries(lean.state).map(([name, value]) => [name, value()])),
    runs,
  }), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const fd = fs.openSync(path, 'wx');
  let total = 0;
  const put = (bytes) => {
    for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done, bytes.length - done);
    total += bytes.length;
  };
  [MAGIC, length, header].forEach(put);
  for (const [at, size] of runs) put(memory.subarray(at, at + size));
  fs.closeSync(fd);
  return { bytes: total };
}

/**
 * Make this process what the image shows. Answers what the driver kept, and `page(address, length)`, which reads a part of
 * memory from the image again: lent until the next call, null where all is zero. The file stays open.
 */
function read(lean, path) {
  const fd = fs.openSync(path, 'r');
  const get = (bytes, at, length, from) => {
    for (let done = 0; done < length;) {
      const got = fs.readSync(fd, bytes, at + done, length - done, from + done);
      if (got === 0) throw new Error('the image ends too early');
      done += got;
    }
    return bytes;
  };
  const start = get(Buffer.alloc(12), 0, 12, 0);
  if (start.compare(MAGIC, 0, 8, 0, 8) !== 0) throw new Error('this is no image');
  const size = start.readUInt32LE(8);
  const header = JSON.parse(get(Buffer.alloc(size), 0, size, 12).toString('utf8'));
  const { wasmMemory } = globalThis.Module;
  const used = wasmMemory.buffer.byteLength;
  if (header.memory > used) wasmMemory.grow((header.memory - used) / WASM_PAGE);
  globalThis.updateMemoryViews();
  const memory = memoryOf();
  const places = []; // of the runs in the file
  let end = 0, from = 12 + size;
  const zero = (to) => { if (end < to) memory.fill(0, end, to); };
  for (const [at, length] of header.runs) {
    zero(Math.min(at, used)); // what the instance itself has written
    get(memory, at, length, from);
    places.push(from);
    from += length;
    end = at + length;
  }
  zero(used);
  for (const [name, value] of Object.entries(header.globals)) lean.raw[name].value = value;
  lean.table.again(header.table, lean.labelled);
  lean.clock.set(header.clock);
  return { ...header.state, page: pages(header.runs, places, get) };
}

function pages(runs, places, get) {
  let part = Buffer.alloc(0);
  let next = 0, last = -1; // pages are asked for in order: the run to look at first, and what was asked for last
  return (at, length) => {
    if (at < last) next = 0;
    last = at;
    while (next < runs.length && runs[next][0] + runs[next][1] <= at) next++;
    if (next === runs.length || runs[next][0] >= at + length) return null;
    if (part.length !== length) part = Buffer.alloc(length);
    part.fill(0);
    for (let i = next; i < runs.length && runs[i][0] < at + length; i++) {
      const [start, size] = runs[i];
      const from = Math.max(start, at), to = Math.min(start + size, at + length);
      get(part, from - at, to - from, places[i] + from - start);
    }
    return part;
  };
}

module.exports = { write, read };
