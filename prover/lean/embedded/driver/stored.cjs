'use strict';
// An image of a process that has initialised Lean and imported a context, as a file: memory, mutable globals, what was put
// into the table of functions, and the little that the driver keeps beside them. A process that reads it goes on from there.
//
//     8 bytes "psimage1"   4 bytes length of the header   the header, JSON   blocks of memory, one after the other
//
// Blocks of zeros are left out (some 100 of 420 MB are not). The glue keeps nothing else that an import changes: its files are
// closed, no thread is started, no exception is in flight.

const fs = require('fs');
const { createHash } = require('crypto');
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

/** Write the image of this process; answers {sha256, bytes}. */
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
  const hash = createHash('sha256');
  const fd = fs.openSync(path, 'wx');
  let total = 0;
  const put = (bytes) => {
    hash.update(bytes);
    for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done, bytes.length - done);
    total += bytes.length;
  };
  [MAGIC, length, header].forEach(put);
  for (const [at, size] of runs) put(memory.subarray(at, at + size));
  fs.closeSync(fd);
  return { sha256: hash.digest('hex'), bytes: total };
}

/** Make this process what the image shows; answers the state of the driver. With `sha256` the image is compared with it. */
function read(lean, path, sha256) {
  const fd = fs.openSync(path, 'r');
  const hash = sha256 ? createHash('sha256') : null;
  let from = 0;
  const get = (bytes, at, length) => {
    for (let done = 0; done < length;) {
      const got = fs.readSync(fd, bytes, at + done, length - done, from);
      if (got === 0) throw new Error('the image ends too early');
      done += got;
      from += got;
    }
    hash?.update(bytes.subarray(at, at + length));
    return bytes;
  };
  const start = get(Buffer.alloc(12), 0, 12);
  if (start.compare(MAGIC, 0, 8, 0, 8) !== 0) throw new Error('this is no image');
  const size = start.readUInt32LE(8);
  const header = JSON.parse(get(Buffer.alloc(size), 0, size).toString('utf8'));
  const { wasmMemory } = globalThis.Module;
  const used = wasmMemory.buffer.byteLength;
  if (header.memory > used) wasmMemory.grow((header.memory - used) / WASM_PAGE);
  globalThis.updateMemoryViews();
  const memory = memoryOf();
  let end = 0;
  const zero = (to) => { if (end < to) memory.fill(0, end, to); };
  for (const [at, length] of header.runs) {
    zero(Math.min(at, used)); // what the instance itself has written
    get(memory, at, length);
    end = at + length;
  }
  zero(used);
  fs.closeSync(fd);
  if (hash !== null && hash.digest('hex') !== sha256) throw new Error('the image is not the one that was made');
  for (const [name, value] of Object.entries(header.globals)) lean.raw[name].value = value;
  lean.table.again(header.table, lean.labelled);
  lean.clock.set(header.clock);
  return header.state;
}

module.exports = { write, read };
