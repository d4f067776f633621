'use strict';
// In the kernel process nothing may evaluate code: the bodies of all functions through which Lean runs what was compiled to its
// intermediate representation are replaced by the instruction that traps.

const { CODE, KIND, SECTION } = require('./wasm.cjs');

const EVALUATORS = /^(_ZNK?4lean2ir11interpreter|lean_eval_const$|lean_run_main$|lean_run_init$|lean_run_mod_init_core$|lean_eval_)/;

/** Note the changes. */
module.exports = function withoutEvaluators(wasm) {
  const wanted = new Set();
  for (const { name, kind, index } of wasm.exported()) if (kind === KIND.function && EVALUATORS.test(name)) wanted.add(index);
  if (wanted.size < 4) throw new Error('the evaluators are not those of the pinned build');
  for (const { at, to } of wasm.bodies(wanted).values()) {
    const body = Buffer.alloc(to - at, CODE.nop);
    body[0] = 0; // no locals
    body[1] = CODE.unreachable;
    body[to - at - 1] = CODE.end;
    wasm.replace(SECTION.code, at, to, body);
  }
};
