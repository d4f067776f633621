'use strict';
// Lean's objects as they lie in the memory of the wasm32 build.
//
// Layout: 4 bytes reference count, 2 bytes size, 1 byte number of fields, 1 byte tag; pointer fields from offset 8.
// A scalar is (n << 1) | 1. A positive count is single-threaded, a negative one shared, zero permanent.
//
// Ownership: every function of this module that returns an object returns it owned, except `field`, which lends.
// `call` consumes all of its arguments: it prefers the `___boxed` variant of a compiled function, which exists whenever
// the compiler lends an argument or unboxes one, and which therefore always owns and boxes everything.

const TAG = { closure: 245, array: 246, string: 249, reference: 253 };
const LARGEST_SMALL_OBJECT = 4096;

module.exports = function objects(Module, addFunction) {
  const raw = Module.wasmExports;
  const memory = Module.wasmMemory;
  let buffer, u8, u16, i32, u32;

  /** Refresh the views: the buffer is another one after the memory has grown. */
  function view() {
    if (memory.buffer !== buffer) {
      buffer = memory.buffer;
      u8 = new Uint8Array(buffer);
      u16 = new Uint16Array(buffer);
      i32 = new Int32Array(buffer);
      u32 = new Uint32Array(buffer);
    }
  }

  const box = (n) => ((n << 1) | 1) >>> 0;
  const isScalar = (o) => (o & 1) === 1;
  const unbox = (o) => o >>> 1;

  function keep(o) {
    if (isScalar(o)) return o;
    view();
    const at = o >>> 2;
    if (i32[at] > 0) i32[at] += 1;
    else if (i32[at] < 0) Atomics.sub(i32, at, 1);
    return o;
  }

  function drop(o) {
    if (isScalar(o)) return;
    view();
    const at = o >>> 2;
    if (i32[at] > 1) i32[at] -= 1;
    else if (i32[at] !== 0) raw.lean_dec_ref_cold(o);
  }

  const tag = (o) => (isScalar(o) ? unbox(o) : (view(), u8[o + 7]));
  const size = (o) => (view(), u8[o + 6]);
  const field = (o, i) => (view(), u32[(o >>> 2) + 2 + i]);
  const take = (o, i) => keep(field(o, i));

  function allocate(bytes, objectTag, fields) {
    const rounded = (bytes + 7) & ~7;
    const o = raw.lean_alloc_object(rounded) >>> 0;
    view();
    i32[o >>> 2] = 1;
    u16[(o >>> 1) + 2] = rounded > LARGEST_SMALL_OBJECT ? 0 : rounded;
    u8[o + 6] = fields;
    u8[o + 7] = objectTag;
    return o;
  }

  /** Make a constructor object; `scalars` zeroed bytes follow the fields. */
  function constructor(objectTag, fields, scalars = 0) {
    const o = allocate(8 + 4 * fields.length + scalars, objectTag, fields.length);
    fields.forEach((x, i) => (u32[(o >>> 2) + 2 + i] = x));
    u8.fill(0, o + 8 + 4 * fields.length, o + 8 + 4 * fields.length + scalars);
    return o;
  }

  /** Copy a constructor object with some fields replaced; scalars are copied. Lends `o`, consumes the replacements. */
  function withFields(o, replacements) {
    view();
    const bytes = u16[(o >>> 1) + 2];
    const fields = u8[o + 6];
    const copy = allocate(bytes, u8[o + 7], fields);
    u8.copyWithin(copy + 8, o + 8, o + bytes);
    for (let i = 0; i < fields; i++) {
      if (i in replacements) u32[(copy >>> 2) + 2 + i] = replacements[i];
      else keep(field(copy, i));
    }
    return copy;
  }

  function string(text) {
    const bytes = Buffer.from(text, 'utf8');
    const at = raw.malloc(bytes.length + 1) >>> 0;
    view();
    u8.set(bytes, at);
    u8[at + bytes.length] = 0;
    const o = raw.lean_mk_string_from_bytes(at, bytes.length) >>> 0;
    raw.free(at);
    return o;
  }

  /** Read and drop a string. */
  function text(o) {
    view();
    const length = u32[(o >>> 2) + 2] - 1;
    const result = Buffer.from(u8.slice(o + 20, o + 20 + length)).toString('utf8');
    drop(o);
    return result;
  }

  function array(items) {
    const o = allocate(16 + 4 * items.length, TAG.array, 0);
    u32[(o >>> 2) + 2] = items.length;
    u32[(o >>> 2) + 3] = items.length;
    items.forEach((x, i) => (u32[(o >>> 2) + 4 + i] = x));
    return o;
  }

  /** Lend the items of an array. */
  function items(o) {
    view();
    const at = o >>> 2;
    return Array.from(u32.subarray(at + 4, at + 4 + u32[at + 2]));
  }

  const list = (xs) => xs.reduceRight((rest, x) => constructor(1, [x, rest]), box(0));

  /** Lend the items of a list. */
  function listItems(o) {
    const result = [];
    for (; !isScalar(o); o = field(o, 1)) result.push(field(o, 0));
    return result;
  }

  const symbols = new Map();
  function symbol(name) {
    let f = symbols.get(name);
    if (!f) {
      f = raw[name + '___boxed'] ?? raw[name];
      if (!f) throw new Error(`this build of Lean has no function ${name}`);
      symbols.set(name, f);
    }
    return f;
  }
  const call = (name, ...args) => symbol('l_' + name)(...args) >>> 0;

  /** Call a function whose result is an `Except`-like object: return the value, or throw a `LeanException`. */
  function run(name, ...args) {
    const result = call(name, ...args);
    const value = take(result, 0);
    const failed = tag(result) === 1;
    drop(result);
    if (failed) throw new LeanException(value);
    return value;
  }

  class LeanException extends Error {
    constructor(object) {
      super('an exception of Lean');
      this.object = object;
    }
  }

  const name = (dotted) => dotted.split('.').reduce((n, part) => call('Lean_Name_str___override', n, string(part)), box(0));
  const nameText = (n) => text(call('Lean_Name_toString', n, box(0), box(0)));
  const global = (symbolName) => (view(), u32[raw['l_' + symbolName].value >>> 2]);

  const ref = (value) => raw.lean_st_mk_ref(value) >>> 0;
  /** Read a reference; lends the reference, returns the content owned. */
  const deref = (r) => raw.lean_st_ref_get(r) >>> 0;
  /** Fill a reference; lends it and consumes the content. */
  const assign = (r, value) => void raw.lean_st_ref_set(r, value);
  const isReference = (o) => tag(o) === TAG.reference;
  const isArray = (o) => tag(o) === TAG.array;

  // A closure over a JavaScript function, for the functions of Lean that want a monadic action. Compiled closures of IO
  // take the erased world as their last argument. One table slot an arity; the function in force is `current`.
  const slots = new Map();
  let current = null;
  const signature = (arity) => 'i'.repeat(arity + 1);
  function slot(arity) {
    if (!slots.has(arity)) slots.set(arity, addFunction((...args) => current(...args.map((a) => a >>> 0)), signature(arity), `closure ${arity}`));
    return slots.get(arity);
  }
  function closure(arity) {
    const o = allocate(16, TAG.closure, 0);
    u32[(o >>> 2) + 2] = slot(arity);
    u16[(o >>> 1) + 6] = arity;
    u16[(o >>> 1) + 7] = 0;
    return o;
  }
  const whenCalled = (f) => (current = f);

  // Closures over functions of their own, which stay for ever: each takes a slot of the table. `own` holds them by name.
  const own = new Map();
  const ownSlot = (name, arity) => addFunction((...args) => own.get(name)(...args.map((a) => a >>> 0)), signature(arity), `own ${arity} ${name}`);
  function closureOf(name, f, arity) {
    own.set(name, f);
    const o = closure(arity);
    const place = ownSlot(name, arity);
    u32[(o >>> 2) + 2] = place;
    return o;
  }

  /** Put a function of the driver into the table again, by its label; answers its place. */
  function labelled(label) {
    const [kind, arity, name] = label.split(' ');
    return kind === 'closure' ? slot(Number(arity)) : ownSlot(name, Number(arity));
  }
  const okUnit = () => constructor(0, [box(0)]);

  /** Make a natural number of any size. */
  function natural(n) {
    if (n < 2 ** 31) return box(n);
    const bytes = Buffer.from(String(BigInt(n)) + '\0', 'latin1');
    const at = raw.malloc(bytes.length) >>> 0;
    view();
    u8.set(bytes, at);
    const o = raw.lean_cstr_to_nat(at) >>> 0;
    raw.free(at);
    return o;
  }

  return {
    raw, box, unbox, isScalar, keep, drop, tag, size, field, take, constructor, withFields, string, text, array, items, list,
    listItems, call, run, LeanException, name, nameText, global, ref, deref, assign, isReference, isArray, closure, closureOf,
    own, labelled, whenCalled, okUnit, natural,
    byte: (at) => (view(), u8[at]),
    word: (at) => (view(), u32[at >>> 2]),
    heapBytes: () => memory.buffer.byteLength,
  };
};
