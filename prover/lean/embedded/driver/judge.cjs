'use strict';
// Judging a candidate proof: elaborate it on the clean context, compare it with the trusted statement, audit it. What comes
// out are facts; the verdict is drawn in `prover/lean/embedded/verify.py`.

const digests = require('./digest.cjs');
const naming = require('./names.cjs');
const stack = require('./stack.cjs');

const COMMAND = 'Lean.Parser.Command.';
const AUDIT_HEARTBEATS = 2000000; // thousands; heartbeats are counted in 32 bits

/** `problems` elaborates what is trusted: {bare, context, contextModule, withHeader, oneTheorem}. */
module.exports = function judging(lean, front, audit, problems) {
  const { keep, drop, field } = lean;
  const { declared, shown } = naming(lean);
  const digest = digests(lean);
  const checkStack = stack(lean);

  const errorsOf = (messages) => messages.filter((m) => m.severity === 'error');

  /**
   * Elaborate a candidate and report what it is. `allow` holds what may occur in its syntax, command by command, before it
   * is elaborated; `candidateHeader` is what stands before the candidate, which for a whole file is less than the header of
   * the problem.
   */
  function judge({ header, statement, candidate, candidateHeader, allow, heartbeats }) {
    const before = problems.withHeader(header, 0);
    if (before.error) return { status: 'statement', messages: before.error };
    const trusted = problems.oneTheorem(`${statement} sorry`, before.state, 0);
    if (trusted.error) { drop(before.state); return { status: 'statement', messages: trusted.error }; }
    const root = declared(front.namespaceOf(before.state), trusted.name);
    const asked = audit.lookUp(audit.environmentOf(trusted.state), root);
    if (asked === null) {
      [before.state, trusted.state, root].forEach(drop);
      return { status: 'statement', messages: [{ severity: 'error', line: 0, column: 0, text: `the theorem ${trusted.name} is private` }] };
    }
    const facts = { status: 'judged', name: shown(root), typeDigest: digest(audit.typeOf(asked)) };
    const base = candidateHeader === header ? before : problems.withHeader(candidateHeader, 0);
    if (base.error) Object.assign(facts, { messages: base.error });
    else examine(facts, candidate, base.state, trusted.state, root, allow, heartbeats);
    // A constant that the statement itself rests on is no assumption of the proof.
    if (facts.bodiless?.some((constant) => !constant.proposition))
      facts.statementUses = audit.bodilessBelow(audit.environmentOf(trusted.state), audit.typeOf(asked));
    if (base !== before && !base.error) drop(base.state);
    [before.state, trusted.state, asked, root].forEach(drop);
    checkStack();
    return facts;
  }

  /** Elaborate the candidate on `base` and complete the facts. Lends the states. */
  function examine(facts, candidate, base, trusted, root, allow, heartbeats) {
    let refused = null;
    const test = tester(allow, audit.environmentOf(base));
    const result = front.elaborate(candidate, keep(base), heartbeats, (summary, messages) => {
      const parse = errorsOf(messages);
      return (refused = parse.length ? { stage: 'syntax', what: parse[0].text, at: parse[0] } : test(summary));
    }, true);
    Object.assign(facts, { refused, messages: result.messages, commands: result.commands.length, heartbeats: result.spent });
    if (refused === null) {
      facts.difference = audit.compareStatements(trusted, result.state, root);
      if (facts.difference === null) examineProof(facts, result.state, base, root, heartbeats);
    }
    drop(result.state);
  }

  /** Walk what the theorem rests on and have the kernel check it again in the trusted environment. */
  function examineProof(facts, state, base, root, heartbeats) {
    const trusted = audit.environmentOf(problems.context());
    const walked = audit.walk(state, [root], trusted);
    const replayed = audit.replay(trusted, audit.environmentOf(state), walked.order, heartbeats);
    if (replayed.environment !== undefined) drop(replayed.environment);
    const given = audit.environmentOf(base);
    Object.assign(facts, {
      fresh: walked.order.map(({ name, kind, safe, info }) => ({ name, kind, safe, given: audit.holds(given, info) })),
      bodiless: walked.bodiless, context: walked.context, missing: walked.missing, kernel: replayed.error ?? null,
    });
    walked.release();
  }

  /** Returns a function that says what is wrong with a command, or null. */
  function tester(allow, environment) {
    const sets = Object.fromEntries(Object.entries(allow).map(([name, values]) => [name, new Set(values)]));
    // Notation of the context and of the problem's header is declared there, by trusted source.
    const isOurs = (written) => audit.isOurs(environment, problems.contextModule(), written);
    const first = (stage, values, good) => {
      const bad = values.find((value) => !good(value));
      return bad === undefined ? null : { stage, what: bad };
    };
    const test = (summary) => {
      if (summary.kind === `${COMMAND}eoi`) return null;
      const command = summary.kind === `${COMMAND}declaration` ? summary.inner : summary.kind;
      return first('command', [command], (c) => sets.commands.has(c))
        ?? summary.sides.reduce((found, side) => found ?? test(side), null)
        ?? first('syntax-kind', [...summary.kinds.keys()], (k) => sets.kinds.has(k) || k.startsWith('token.') || isOurs(summary.kinds.get(k)))
        ?? first('name', summary.identifiers, (i) => !sets.refusedNames.has(i))
        ?? first('option', summary.options.map((o) => o.name), (o) => sets.options.has(o))
        ?? first('attribute', summary.attributes, (a) => sets.attributes.has(a))
        ?? first('configuration', summary.configuration.kinds, (k) => sets.configurationKinds.has(k))
        ?? first('configuration', summary.configuration.identifiers, (i) => sets.configurationNames.has(i));
    };
    return test;
  }

  /** Replay every constant of the context's own source into the bare imports: the kernel checks each, body and all. */
  function auditContext() {
    const context = problems.context();
    const environment = audit.environmentOf(context);
    const walked = audit.withNewConstants(environment, (names) =>
      // The compiler keeps unsafe twins of recursive definitions, of which the logic knows nothing; a walk that met one
      // through a theorem or a definition would still report it.
      audit.walk(context, names.filter((n) => !lean.nameText(lean.keep(n)).endsWith('._unsafe_rec')), null));
    const replayed = audit.replay(audit.environmentOf(problems.bare()), environment, walked.order, AUDIT_HEARTBEATS);
    if (replayed.environment !== undefined) drop(replayed.environment);
    const constants = walked.order.map(({ name, kind, safe }) => ({ name, kind, safe, given: true }));
    const result = { constants, bodiless: walked.bodiless, kernel: replayed.error ?? null };
    walked.release();
    checkStack();
    return result;
  }

  return { judge, auditContext };
};
