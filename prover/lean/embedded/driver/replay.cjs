'use strict';
// Has the kernel check constants of one environment again, from scratch, in another, trusted one.

const constants = require('./constants.cjs');

// The constructors of `Declaration` that can be replayed; they hold the same value object as the `ConstantInfo`.
const DECLARATION = new Map([['def', 1], ['theorem', 2]]);
const INDUCTIVE_DECLARATION = 6;

module.exports = function replaying(lean) {
  const { raw, box, keep, drop, tag, take, call } = lean;
  const { blockOf, constructorsOf, inKernel, kindOf, levelsOf, lookUp, nameOf, parametersOf, same, typeOf } = constants(lean);

  /** What the kernel says; consumes its exception. */
  function kernelMessage(exception) {
    const data = call('Lean_Kernel_Exception_toMessageData', exception, lean.global('Lean_Options_empty'));
    return lean.text(call('Lean_MessageData_toString', data)).split('\n')[0];
  }

  /** The declaration that adds a constant, owned, or null if the kernel makes it from another one. */
  function declarationOf(environment, info) {
    const kind = kindOf(info);
    if (DECLARATION.has(kind)) return lean.constructor(DECLARATION.get(kind), [take(info, 0)]);
    if (kind !== 'inductive') return null;
    const types = blockOf(info).map((name) => {
      const member = lookUp(environment, name);
      const constructors = constructorsOf(member).map((constructor_) => {
        const made = lookUp(environment, constructor_);
        const result = lean.constructor(0, [keep(constructor_), keep(typeOf(made))]);
        drop(made);
        return result;
      });
      const result = lean.constructor(0, [keep(name), keep(typeOf(member)), lean.list(constructors)]);
      drop(member);
      return result;
    });
    return lean.constructor(INDUCTIVE_DECLARATION, [keep(levelsOf(info)), keep(parametersOf(info)), lean.list(types)], 1);
  }

  /**
   * Have the kernel add constants of one environment to another, one by one; returns {error} or {environment}. Lends both.
   * What the kernel makes by itself, constructors and recursors, has to come out equal.
   */
  function replay(trusted, source, order, thousands) {
    let here = keep(trusted);
    const limit = Math.min(2 ** 32 - 1, thousands * 1000) >>> 0; // of each declaration
    const fail = (error) => { drop(here); return { error }; };
    for (const { name, info } of order) {
      const present = inKernel(here, nameOf(info));
      if (present !== null) {
        const equal = same(info, present, true);
        drop(present);
        if (!equal) return fail(`${name} comes out differently`);
        continue;
      }
      const declaration = declarationOf(source, info);
      if (declaration === null) return fail(`${name} is ${kindOf(info)}, which cannot be replayed`);
      raw.lean_io_set_heartbeats(box(0));
      const result = raw.lean_elab_add_decl(here, limit, declaration, box(0)) >>> 0;
      drop(declaration);
      const failed = tag(result) === 0;
      const outcome = take(result, 0);
      drop(result);
      if (failed) return { error: `the kernel refuses ${name} (${kindOf(info)}): ${kernelMessage(outcome)}` };
      here = outcome;
    }
    return { environment: here };
  }

  /** What the kernel says against a declaration on top of an environment, or null; null also if it gives up. Lends the first. */
  function refusal(environment, declaration, thousands) {
    raw.lean_io_set_heartbeats(box(0));
    const result = raw.lean_elab_add_decl(keep(environment), Math.min(2 ** 32 - 1, thousands * 1000) >>> 0, declaration, box(0)) >>> 0;
    drop(declaration);
    const failed = tag(result) === 0;
    const outcome = take(result, 0);
    drop(result);
    if (!failed) { drop(outcome); return null; }
    const message = kernelMessage(outcome);
    return /timeout/.test(message) ? null : message;
  }

  return Object.assign(replay, { refusal });
};
