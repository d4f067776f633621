'use strict';
// How the names of the module are found: few are exported, the rest by an index.
//
// The module exports 201,110 names. The engine makes an object of each at every start, and the glue puts each function into
// the table and makes a global for it: 1.5 s and 200 MB for what a driver asks some hundred names of. So the module is changed
// to export what the glue itself uses. The other functions stand in a table of their own, and an index says where; it holds
// hashes of names (96 bits of SHA-256), because the names alone are 21 MB.

const { createHash } = require('crypto');
const { CODE, KIND, SECTION, leb, signed, text } = require('./wasm.cjs');

const COMPILED = /^(?:l_|_ZN|initialize_|lp_|mk_|run_)/; // compiled Lean and C++, as in `glue.py`
const GLOBAL_NAME = 'proofsmith.global.', TABLE_NAME = 'proofsmith.functions';
const SYMBOL = 'symbol ';
const HASH = 12, ENTRY = 16, IS_GLOBAL = 2 ** 31;

const digest = (name) => createHash('sha256').update(name, 'latin1').digest().subarray(0, HASH);

/**
 * Note the changes of the exports. The mutable globals, which are state beside the memory, are exported as well, under names
 * of our own. Returns the index, and the places in the table of those functions that the module imports as addresses.
 */
function hideNames(wasm) {
  const globals = [...wasm.globals()];
  const first = wasm.imported[KIND.global];
  const slots = new Map(); // function -> place in the table of hidden functions
  const kept = [];
  const entries = [];
  const functions = new Map(); // by name
  for (const { name, kind, index, from, to } of wasm.exported()) {
    if (kind === KIND.function) functions.set(name, index);
    const value = kind === KIND.global ? globals[index - first]?.value ?? null : null;
    const hidden = COMPILED.test(name) && (kind === KIND.function || (value !== null && value < IS_GLOBAL && !globals[index - first].mutable));
    if (!hidden) { kept.push(wasm.bytes.subarray(from, to)); continue; }
    if (kind === KIND.function && !slots.has(index)) slots.set(index, slots.size);
    const entry = Buffer.alloc(ENTRY);
    digest(name).copy(entry);
    entry.writeUInt32BE(kind === KIND.function ? slots.get(index) : IS_GLOBAL + value, HASH);
    entries.push(entry);
  }
  globals.forEach(({ mutable }, i) => {
    if (mutable) kept.push(Buffer.concat([text(GLOBAL_NAME + (first + i)), Buffer.from([KIND.global]), leb(first + i)]));
  });
  const table = wasm.imported[KIND.table] + wasm.sections[SECTION.tables].count;
  kept.push(Buffer.concat([text(TABLE_NAME), Buffer.from([KIND.table]), leb(table)]));
  wasm.append(SECTION.tables, Buffer.from([0x70, 0]), leb(slots.size)); // funcref, no maximum
  const hidden = Buffer.concat([...slots.keys()].map(leb));
  wasm.append(SECTION.elements, Buffer.from([2]), leb(table), Buffer.from([CODE.i32, 0, CODE.end, 0]), leb(slots.size), hidden);
  const section = wasm.sections[SECTION.exports];
  wasm.replace(SECTION.exports, section.first, section.end, Buffer.concat(kept));
  wasm.addEntries(SECTION.exports, kept.length - section.count);
  entries.sort(Buffer.compare);
  return { index: Buffer.concat(entries), addresses: addresses(wasm, functions) };
}

/** Where in the table of the module those functions lie whose addresses it imports, by name, as far as they lie there. */
function addresses(wasm, functions) {
  const section = wasm.sections[SECTION.elements];
  const r = wasm.read(section.first);
  if (section.count !== 1 || r.byte() !== 0 || r.byte() !== CODE.i32) throw new Error('the table of the module is filled another way');
  const first = signed(r);
  if (r.byte() !== CODE.end) throw new Error('the table of the module is filled another way');
  const places = new Map();
  for (let i = 0, n = r.leb(); i < n; i++) places.set(r.leb(), first + i);
  const found = {};
  for (const { module, name } of wasm.imports()) {
    const place = module === 'GOT.func' ? places.get(functions.get(name)) : undefined;
    if (place !== undefined) found[name] = place;
  }
  return found;
}

/** The exports of an instance by all the names of the original: an object whose hidden properties appear when asked for. */
function named(instance, index) {
  const table = instance.exports[TABLE_NAME];
  const count = index.length / ENTRY;
  const missing = new Set();

  function find(name) {
    const wanted = digest(name);
    let low = 0, high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = index.compare(wanted, 0, HASH, middle * ENTRY, middle * ENTRY + HASH);
      if (order === 0) return index.readUInt32BE(middle * ENTRY + HASH);
      if (order < 0) low = middle + 1; else high = middle;
    }
    return null;
  }

  function hidden(name) {
    if (typeof name !== 'string' || !COMPILED.test(name) || missing.has(name)) return undefined;
    const place = find(name);
    if (place === null) { missing.add(name); return undefined; }
    const value = place < IS_GLOBAL ? table.get(place) : { value: place - IS_GLOBAL };
    Object.defineProperty(all, name, { value, enumerable: true });
    return value;
  }

  const all = Object.create(new Proxy(Object.create(null), { get: (_, name) => hidden(name), has: (_, name) => hidden(name) !== undefined }));
  for (const name of Object.keys(instance.exports)) all[name] = instance.exports[name];
  return all;
}

/**
 * Put what links by name in place of the glue's own, which go through all names; to be called before instantiation. Returns
 * what was put into the table since the glue was ready, as pairs of place and label, and a function that does it again.
 */
function linkByName(env, addresses, exportsOf) {
  const added = new Map(); // function -> place in the table, of those that were put there
  const labelled = [];
  globalThis.mergeLibSymbols = () => {};
  globalThis.addFunction = (f, sig, label = null) => {
    let place = added.get(f);
    if (place === undefined) {
      place = globalThis.wasmTable.grow(1);
      try {
        globalThis.setWasmTableEntry(place, f);
      } catch (e) {
        if (!(e instanceof TypeError)) throw e;
        globalThis.setWasmTableEntry(place, globalThis.convertJsFunctionToWasm(f, sig));
      }
      added.set(f, place);
      if (label !== null) labelled.push([place, label]);
    }
    return place;
  };
  globalThis.updateGOT = (exports, replace) => {
    for (const [name, entry] of Object.entries(globalThis.GOT)) {
      if (globalThis.isInternalSym(name) || (!replace && entry.value !== -1)) continue;
      const value = exports[name];
      if (typeof value === 'function') entry.value = addresses[name] ?? globalThis.addFunction(value);
      else if (typeof value?.value === 'number') entry.value = value.value;
    }
  };
  const resolve = (name) => {
    const given = Object.hasOwn(env, name) ? env[name] : undefined;
    return given !== undefined && !given.stub ? given : exportsOf()[name] ?? given;
  };
  const dlsym = (handle, symbol) => {
    const name = globalThis.UTF8ToString(symbol);
    const found = resolve(name);
    if (found === undefined || found.stub) {
      globalThis.dlSetError(`Tried to lookup unknown symbol "${name}"`);
      return 0;
    }
    return typeof found === 'function' ? globalThis.addFunction(found, found.sig, SYMBOL + name) : found.value;
  };
  env._dlsym_js = Object.assign(dlsym, { sig: 'pppp' });

  /** Fill the table as it was; `own(label)` adds a function of the driver and answers its place. */
  function again(labels, own) {
    for (const [place, label] of labels) {
      const f = label.startsWith(SYMBOL) ? resolve(label.slice(SYMBOL.length)) : null;
      if ((f === null ? own(label) : globalThis.addFunction(f, f.sig, label)) !== place) throw new Error(`${label} has another place in the table`);
    }
  }

  return { labelled, again };
}

module.exports = { hideNames, named, linkByName, GLOBAL_NAME };
