'use strict';
// Time and chance as Lean sees them, the same in every process.
//
// A time is a number on Lean's heap, so what Lean allocates depends on when it looks. Where objects lie decides how they are
// shared, and with it the bytes of a compiled file. Limits that mean anything are heartbeats; who guards a process by the
// wall clock does so from outside.

const START_MS = Date.UTC(2026, 0, 1);
const TICK_MS = 0.001;

/**
 * Give the host's clocks a fixed start and let every look take a microsecond; make its random bytes a fixed sequence. Returns
 * functions that say and set how far both are.
 */
module.exports = function fixTimeAndChance() {
  let passed = 0;
  const look = () => (passed += TICK_MS);
  Object.defineProperty(globalThis, 'performance', { value: { timeOrigin: START_MS, now: look }, configurable: true });
  Date.now = () => Math.floor(START_MS + look());
  let state = 0x9e3779b9; // xorshift32
  const byte = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  };
  require('crypto').randomFillSync = (view) => view.map((_, i) => (view[i] = byte()));
  return { now: () => [passed, state], set: (saved) => ([passed, state] = saved) };
};
