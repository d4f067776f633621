'use strict';
// The audit of a context when it is compiled: the kernel checks every constant of its own source again, bodies and all.

const AUDIT_HEARTBEATS = 2000000; // thousands; heartbeats are counted in 32 bits

/** `states` answers two Command.States: after the imports alone, and after the context's source. */
module.exports = function auditing(lean, audit, checkStack, states) {
  return function auditContext() {
    const context = states.context();
    const environment = audit.environmentOf(context);
    const walked = audit.withNewConstants(environment, (names) =>
      // The compiler keeps unsafe twins of recursive definitions, of which the logic knows nothing; a walk that met one
      // through a theorem or a definition would still report it.
      audit.walk(context, names.filter((n) => !lean.nameText(lean.keep(n)).endsWith('._unsafe_rec')), null));
    const replayed = audit.replay(audit.environmentOf(states.bare()), environment, walked.order, AUDIT_HEARTBEATS);
    if (replayed.environment !== undefined) lean.drop(replayed.environment);
    const constants = walked.order.map(({ name, kind, safe }) => ({ name, kind, safe, given: true }));
    const result = { constants, bodiless: walked.bodiless(), kernel: replayed.error ?? null };
    walked.release();
    checkStack();
    return result;
  };
};
