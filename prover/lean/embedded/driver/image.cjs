'use strict';
// The state of the module to which a process returns, so that every question is asked of the same memory.
//
// What a proof does to the memory of its process must not reach the next one. The state is the pages that are not zero (some
// 100 of 420 MB) and the mutable globals; a page is written back where it differs. What lies beyond, where the memory has
// grown, is zeroed. Pages that a stored image holds (stored.cjs) are read from it, which spares a copy of them in each process;
// others are copied. The glue keeps nothing else that elaboration changes: no file can be opened (see imports.cjs), no thread
// is started, and a process in which an exception left Lean's frames ends.

const { GLOBAL_NAME } = require('./linking.cjs');

const PAGE = 64 * 2 ** 10;
const ZERO = Buffer.alloc(PAGE);

module.exports = function image(lean) {
  const memory = () => Buffer.from(globalThis.Module.wasmMemory.buffer); // a view: the buffer is another one once it has grown
  const globals = Object.entries(lean.raw).filter(([name]) => name.startsWith(GLOBAL_NAME)).map(([, global]) => global);
  const differs = (now, at, page) => now.compare(page, 0, PAGE, at, at + PAGE) !== 0;
  const copies = new Map(); // by address
  const page = (at) => copies.get(at) ?? lean.resumed?.page(at, PAGE) ?? ZERO;
  let values = [];

  /** Make what is there now the state that is restored. */
  function take() {
    const now = memory();
    for (const at of copies.keys()) if (at >= now.length) copies.delete(at);
    for (let at = 0; at < now.length; at += PAGE)
      if (differs(now, at, page(at))) copies.set(at, differs(now, at, ZERO) ? Buffer.from(now.subarray(at, at + PAGE)) : ZERO);
    values = globals.map((global) => global.value);
  }

  /** Put the state back; does nothing before the first `take`. Returns how many pages had changed. */
  function restore() {
    if (values.length === 0) return 0;
    const now = memory();
    let changed = 0;
    for (let at = 0; at < now.length; at += PAGE) {
      const kept = page(at);
      if (!differs(now, at, kept)) continue;
      kept.copy(now, at);
      changed++;
    }
    globals.forEach((global, i) => (global.value = values[i]));
    return changed;
  }

  if (globals.length === 0) throw new Error('the globals of the module are not exported');
  return { take, restore };
};
