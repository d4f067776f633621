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
  if (raw.emscripten_stack_get_current() !== raw.emscripten_stack_get_base()) throw new Error('the stack is in use');
  const bottom = ((raw.malloc(BYTES + 16) + 15) & ~15) >>> 0;
  const top = bottom + BYTES;
  raw.__stack_pointer.value = top;
  raw.emscripten_stack_set_limits(top, bottom);
  // A new view each time: the buffer is another one after the memory has grown.
  const guard = () => new Uint32Array(globalThis.Module.wasmMemory.buffer, bottom, GUARD_BYTES / 4);
  guard().fill(PATTERN);

  /** Throw if the stack has ever reached its end. */
  return () => {
    if (guard().some((word) => word !== PATTERN)) throw new RangeError('the stack in memory ran over');
  };
};
