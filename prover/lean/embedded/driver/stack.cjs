'use strict';
// The stack that C++ keeps in linear memory, beside the one of the JavaScript engine.
//
// This build gives it 64 KiB, with Lean's static data right below and nothing that watches the border: a recursion of
// the kernel some hundred levels deep writes over that data, and everything after it means nothing. So it is moved to a
// place of its own, so large that the engine's stack, whose end is watched, always runs out first; and what lies at its
// far end is looked at after every question all the same.

const BYTES = 256 * 2 ** 20;
const GUARD_BYTES = 64 * 2 ** 10;
const PATTERN = 0x5afe57ac;

module.exports = function stack(lean) {
  const { raw } = lean;
  const current = () => raw.emscripten_stack_get_current() >>> 0;
  // New views each time: the buffer is another one after the memory has grown.
  const bytes = (from, to) => new Uint8Array(globalThis.Module.wasmMemory.buffer, from, to - from);
  const guard = () => new Uint32Array(globalThis.Module.wasmMemory.buffer, bottom, GUARD_BYTES / 4);

  /** Move the stack; returns where the new one ends. */
  function move() {
    const base = raw.emscripten_stack_get_base() >>> 0;
    if (current() !== base) throw new Error('the stack is in use');
    bytes(raw.emscripten_stack_get_end() >>> 0, base).fill(0);
    const made = ((raw.malloc(BYTES + 16) + 15) & ~15) >>> 0;
    raw.__stack_pointer.value = made + BYTES;
    raw.emscripten_stack_set_limits(made + BYTES, made);
    return made;
  }

  const bottom = lean.resumed?.stack ?? move();
  if (current() !== bottom + BYTES) throw new Error('the stack is in use');
  if (lean.resumed === null) guard().fill(PATTERN);
  // Nothing on the stack is in use between two questions.
  lean.beforeStoring.push(() => bytes(bottom + GUARD_BYTES, current()).fill(0));
  lean.state.stack = () => bottom;

  /** Throw if the stack has ever reached its end. */
  return () => {
    if (guard().some((word) => word !== PATTERN)) throw new RangeError('the stack in memory ran over');
  };
};
