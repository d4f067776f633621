'use strict';
// The module as a driver compiles it: Lean's, with the changes that tasks.cjs, traps.cjs and linking.cjs explain.
//
// What the changes are follows from the module alone and takes most of a second to find, so it can be kept as a recipe: which
// slices of the file follow each other, what stands between them, and the index of names. Run as a program, this writes the
// recipe of a module to a file.

const fs = require('fs');
const edit = require('./wasm.cjs');
const runTasksWhereTheyAreSpawned = require('./tasks.cjs');
const withoutEvaluators = require('./traps.cjs');
const { hideNames } = require('./linking.cjs');

/** Change a module; `evaluates` says whether it may run what was compiled to Lean's intermediate representation. */
function change(bytes, evaluates) {
  const wasm = edit(bytes);
  runTasksWhereTheyAreSpawned(wasm);
  if (!evaluates) withoutEvaluators(wasm);
  const { index, addresses } = hideNames(wasm);
  return { parts: wasm.parts(), index, addresses };
}

/** The recipe as bytes: the length of a JSON text, the text, what stands between the slices, the index. */
function write(bytes, evaluates) {
  const { parts, index, addresses } = change(bytes, evaluates);
  const own = parts.filter((part) => part.buffer !== bytes.buffer);
  // A slice is [offset, length]; a length alone is what comes next of our own.
  const order = parts.map((part) => (part.buffer === bytes.buffer ? [part.byteOffset - bytes.byteOffset, part.length] : part.length));
  const head = Buffer.from(JSON.stringify({ order, index: index.length, addresses }), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...own, index]);
}

/** The changed module by a recipe: {bytes, index, addresses}. */
function follow(file, recipe) {
  const headLength = recipe.readUInt32LE(0);
  const { order, index, addresses } = JSON.parse(recipe.toString('utf8', 4, 4 + headLength));
  const size = order.reduce((sum, part) => sum + (typeof part === 'number' ? part : part[1]), 0);
  const bytes = Buffer.from(new ArrayBuffer(size));
  const fd = fs.openSync(file, 'r');
  let at = 0, own = 4 + headLength;
  for (const part of order) {
    if (typeof part === 'number') {
      recipe.copy(bytes, at, own, own + part);
      own += part;
      at += part;
      continue;
    }
    for (let [from, left] = part; left > 0;) {
      const got = fs.readSync(fd, bytes, at, left, from);
      if (got === 0) throw new Error('the module is shorter than its recipe');
      at += got;
      from += got;
      left -= got;
    }
  }
  fs.closeSync(fd);
  return { bytes, index: recipe.subarray(own, own + index), addresses };
}

/** The changed module, by the recipe if there is one. */
function prepare(files, evaluates) {
  if (files.recipe) return follow(files.wasm, fs.readFileSync(files.recipe));
  const { parts, index, addresses } = change(readWhole(files.wasm), evaluates);
  return { bytes: Buffer.concat(parts), index, addresses };
}

/** A file in a buffer of its own, of which slices can be told from other bytes. */
function readWhole(file) {
  const bytes = fs.readFileSync(file);
  return bytes.buffer.byteLength === bytes.length ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
}

module.exports = { prepare, write, readWhole };

if (require.main === module) {
  const [, , wasm, target, evaluates] = process.argv;
  fs.writeFileSync(target, write(readWhole(wasm), evaluates === 'evaluates'));
}
