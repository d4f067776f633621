'use strict';
// A WebAssembly module as it lies on disk: its sections, and changes to it before it is compiled.
//
// Changes are noted against the original bytes and made in one go, so that of 137 MB nothing is copied more than once. What
// comes out is a list of parts: slices of the original, and what stands between them.

const SECTION = { imports: 2, functions: 3, tables: 4, globals: 6, exports: 7, elements: 9, code: 10 };
const KIND = { function: 0, table: 1, memory: 2, global: 3 };
const CODE = {
  unreachable: 0x00, nop: 0x01, end: 0x0b, call: 0x10, drop: 0x1a, select: 0x1b, localGet: 0x20, localSet: 0x21, globalGet: 0x23,
  i32: 0x41, i64: 0x42, f32: 0x43, f64: 0x44, refNull: 0xd0, refFunction: 0xd2,
};

function reader(bytes, start = 0) {
  let at = start;
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

/** A signed LEB128 number of 32 bits, read. */
function signed(r) {
  let result = 0, shift = 0, byte;
  do {
    byte = r.byte();
    result |= (byte & 127) << shift;
    shift += 7;
  } while (byte > 127);
  return shift < 32 && byte & 64 ? result | (-1 << shift) : result;
}

const text = (name) => { const bytes = Buffer.from(name, 'latin1'); return Buffer.concat([leb(bytes.length), bytes]); };

/** Where each section begins, its content lies and ends, how many entries it has and where the first of them lies. */
function sections(bytes) {
  const r = reader(bytes);
  const found = {};
  for (r.seek(8); r.at < bytes.length;) {
    const start = r.at;
    const id = r.byte();
    const length = r.leb();
    const at = r.at;
    if (id !== 0) {
      const count = r.leb();
      found[id] = { start, at, end: at + length, count, first: r.at };
    }
    r.seek(at + length);
  }
  return found;
}

/** The imports of a module as {module, name, kind}. */
function* imports(bytes, section) {
  const r = reader(bytes, section.first);
  const limits = () => { const flags = r.leb(); r.leb(); if (flags & 1) r.leb(); };
  for (let n = section.count; n > 0; n--) {
    const one = { module: r.name(), name: r.name(), kind: r.byte() };
    if (one.kind === KIND.function) r.leb();
    else if (one.kind === KIND.table) { r.byte(); limits(); }
    else if (one.kind === KIND.memory) limits();
    else if (one.kind === KIND.global) r.skip(2);
    else { r.skip(1); r.leb(); }
    yield one;
  }
}

/** The exports of a module as {name, kind, index, from, to}, where the last two say where the entry lies. */
function* exports_(bytes, section) {
  const r = reader(bytes, section.first);
  for (let n = section.count; n > 0; n--) {
    const from = r.at;
    yield { name: r.name(), kind: r.byte(), index: r.leb(), from, to: r.at };
  }
}

/** The globals that a module defines as {mutable, value}; the value is null where it is not a constant of 32 bits. */
function* globals(bytes, section) {
  const r = reader(bytes, section.first);
  for (let n = section.count; n > 0; n--) {
    r.byte(); // type
    const mutable = r.byte() === 1;
    let value = null;
    for (let code = r.byte(); code !== CODE.end; code = r.byte()) {
      if (code === CODE.i32) value = signed(r) >>> 0;
      else if (code === CODE.i64 || code === CODE.globalGet || code === CODE.refFunction) r.leb();
      else if (code === CODE.f64) r.skip(8);
      else if (code === CODE.f32) r.skip(4);
      else if (code === CODE.refNull) r.byte();
      else throw new Error('a global of the module is computed');
    }
    yield { mutable, value };
  }
}

/** A module to be changed. Throws where it is not of the form that this was written for. */
module.exports = function edit(bytes) {
  const found = sections(bytes);
  const imported = { [KIND.function]: 0, [KIND.table]: 0, [KIND.memory]: 0, [KIND.global]: 0 };
  for (const { kind } of imports(bytes, found[SECTION.imports])) imported[kind] = (imported[kind] ?? 0) + 1;
  const changes = new Map(); // section -> [{from, to, put}]
  const more = new Map(); // section -> how many entries more

  function replace(id, from, to, put) {
    if (!changes.has(id)) changes.set(id, []);
    changes.get(id).push({ from, to, put });
  }

  /** Add an entry behind the last one of a section. */
  function append(id, ...put) {
    more.set(id, (more.get(id) ?? 0) + 1);
    replace(id, found[id].end, found[id].end, Buffer.concat(put));
  }

  /** The bodies of some functions the module defines, by index: {from, to}, the length in front of them included, and `at`. */
  function bodies(indices) {
    const wanted = new Set(indices);
    const places = new Map();
    const r = reader(bytes, found[SECTION.code].first);
    for (let i = imported[KIND.function]; wanted.size > 0; i++) {
      const from = r.at;
      const length = r.leb();
      if (wanted.delete(i)) places.set(i, { from, at: r.at, to: r.at + length });
      r.skip(length);
    }
    return places;
  }

  const names = { list: null };
  const exported = () => (names.list ??= [...exports_(bytes, found[SECTION.exports])]);

  /** The changed module as parts. */
  function parts() {
    const result = [];
    let at = 0;
    const upTo = (end) => { if (end > at) result.push(bytes.subarray(at, end)); at = end; };
    for (const id of [...new Set([...changes.keys(), ...more.keys()])].sort((a, b) => found[a].start - found[b].start)) {
      const section = found[id];
      const inside = (changes.get(id) ?? []).map((change, i) => ({ ...change, i })).sort((a, b) => a.from - b.from || a.i - b.i);
      const count = leb(section.count + (more.get(id) ?? 0));
      const size = inside.reduce((sum, { from, to, put }) => sum + put.length - (to - from), section.end - section.first + count.length);
      upTo(section.start);
      result.push(Buffer.from([id]), leb(size), count);
      at = section.first;
      for (const { from, to, put } of inside) {
        if (from < at) throw new Error('two changes of the module overlap');
        upTo(from);
        if (put.length) result.push(put);
        at = to;
      }
    }
    upTo(bytes.length);
    return result;
  }

  return {
    bytes, sections: found, imported, exported, bodies, replace, append, parts,
    imports: () => imports(bytes, found[SECTION.imports]),
    globals: () => globals(bytes, found[SECTION.globals]),
    read: (at) => reader(bytes, at),
    addEntries: (id, n) => more.set(id, (more.get(id) ?? 0) + n),
  };
};

Object.assign(module.exports, { SECTION, KIND, CODE, leb, signed, text });
