'use strict';
// A copy of all state of the module, so that every question is asked of the same memory.
//
// What a proof does to the memory of its process must not reach the next one. The copy holds the pages that are not zero
// (some 100 of 420 MB) and the mutable globals; a page is written back where it differs. What lies beyond the copy, where the
// memory has grown, is zeroed. The glue keeps nothing else that elaboration changes: no file can be opened (see imports.cjs),
// no thread is started, and a process in which an exception left Lean's frames ends.

const { GLOBAL_NAME } = require('./linking.cjs');

const PAGE = 64 * 2 ** 10;
const ZERO = Buffer.alloc(PAGE);

module.exports = function image(lean) {
  const memory = () => Buffer.from(globalThis.Module.wasmMemory.buffer); // a view: the buffer is another one once it has grown
  const globals = Object.entries(lean.raw).filter(([name]) => name.startsWith(GLOBAL_NAME)).map(([, global]) => global);
  const differs = (now, at, page) => now.compare(page, 0, PAGE, at, at + PAGE) !== 0;
  let pages = new Map(); // by address
  let values = [];

  /** Make what is there now the state that is restored. Pages that did not change are kept. */
  function take() {
    const now = memory();
    const taken = new Map();
    for (let at = 0; at < now.length; at += PAGE) {
      if (!differs(now, at, ZERO)) continue;
      const before = pages.get(at);
      taken.set(at, before !== undefined && !differs(now, at, before) ? before : Buffer.from(now.subarray(at, at + PAGE)));
    }
    pages = taken;
    values = globals.map((global) => global.value);
  }

  /** Put the state back; does nothing before the first `take`. Returns how many pages had changed. */
  function restore() {
    if (values.length === 0) return 0;
    const now = memory();
    let changed = 0;
    for (let at = 0; at < now.length; at += PAGE) {
      const page = pages.get(at) ?? ZERO;
      if (!differs(now, at, page)) continue;
      page.copy(now, at);
      changed++;
    }
    globals.forEach((global, i) => (global.value = values[i]));
    return changed;
  }

  if (globals.length === 0) throw new Error('the globals of the module are not exported');
  return { take, restore };
};
