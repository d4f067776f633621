'use strict';
// What a request does. States and problems are known by numbers that the caller chooses.

const { rangeOf } = require('./syntax.cjs');

const SEARCH_THEOREM = ' sorry';
const AUDIT_HEARTBEATS = 4000000;
const COMMAND = 'Lean.Parser.Command.';

module.exports = function operations(lean, front, engine, audit) {
  const { box, unbox, keep, drop, tag, field, take } = lean;
  let bare = null; // the Command.State after the imports alone
  let context = null; // the Command.State that problems stand on
  const digest = require('./digest.cjs')(lean);
  const problems = new Map();
  const states = new Map();

  const errorsOf = (messages) => messages.filter((m) => m.severity === 'error');

  /** Import modules and elaborate the context's own source. */
  function load({ imports, source, heartbeats }) {
    bare = front.importModules(imports);
    const result = front.elaborate(source, keep(bare), heartbeats);
    context = result.state;
    return { messages: result.messages.filter((m) => m.severity !== 'info'), commands: result.commands.length };
  }

  /** Elaborate a problem's header on top of the context; returns an owned state or {error}. */
  function withHeader(header, heartbeats) {
    const result = front.elaborate(header, keep(context), heartbeats);
    const errors = errorsOf(result.messages);
    if (!errors.length) return { state: result.state };
    drop(result.state);
    return { error: errors };
  }

  /** Elaborate exactly one theorem; returns {state, name, messages} or {error: messages}. Lends `before`. */
  function oneTheorem(source, before, heartbeats) {
    let count = 0, name = null, refusal = null;
    const result = front.elaborate(source, keep(before), heartbeats, (summary, messages) => {
      const parse = errorsOf(messages);
      if (parse.length) return (refusal = parse);
      if (summary.kind === 'Lean.Parser.Command.eoi') return null;
      if (++count > 1) return (refusal = [{ severity: 'error', line: 0, column: 0, text: 'there is more than one command' }]);
      if (summary.inner !== 'Lean.Parser.Command.theorem')
        return (refusal = [{ severity: 'error', line: 0, column: 0, text: 'this is not a theorem' }]);
      name = summary.declares;
      return null;
    });
    const errors = refusal ?? errorsOf(result.messages);
    if (errors.length) { drop(result.state); return { error: errors }; }
    if (name === null) { drop(result.state); return { error: [{ severity: 'error', line: 0, column: 0, text: 'there is no theorem' }] }; }
    return { state: result.state, name, messages: result.messages };
  }

  /** How many quantifiers of the type stand before the colon: those that remain when the type is hidden in a disjunction. */
  function countBinders(statement, before, heartbeats) {
    const source = statement + ' sorry';
    const input = front.inputContext(source);
    const { syntax } = front.parseCommand(input, before, 0);
    const range = rangeOf(lean, syntax, 'Lean.Parser.Term.typeSpec');
    drop(syntax);
    drop(input);
    if (range === null) return 0;
    const bytes = Buffer.from(source, 'utf8');
    const type = bytes.subarray(range[0], range[1]).toString('utf8').replace(/^:/, '');
    const hidden = `${bytes.subarray(0, range[0])}: _root_.True ∨ (${type}\n) := by exact _root_.Or.inl _root_.True.intro`;
    const theorem = oneTheorem(hidden, before, heartbeats);
    if (theorem.error) return 0;
    const info = audit.lookUp(audit.environmentOf(theorem.state), lean.name(theorem.name));
    let n = 0;
    for (let type = audit.typeOf(info); tag(type) === 7 /* forallE */; type = field(type, 2)) n++;
    drop(info);
    drop(theorem.state);
    return n;
  }

  function start({ problem, state, header, statement, heartbeats }) {
    const before = withHeader(header, heartbeats);
    if (before.error) return { status: 'refused', messages: before.error };
    const theorem = oneTheorem(statement + SEARCH_THEOREM, before.state, heartbeats);
    if (theorem.error) { drop(before.state); return { status: 'refused', messages: theorem.error }; }
    const info = audit.lookUp(audit.environmentOf(theorem.state), lean.name(theorem.name));
    if (info === null) { drop(before.state); drop(theorem.state); return { status: 'refused', messages: [{ severity: 'error', line: 0, column: 0, text: `the theorem ${theorem.name} is not visible after its own statement` }] }; }
    const type = keep(audit.typeOf(info));
    drop(info);
    drop(theorem.state);
    const opened = engine.open(before.state, type, countBinders(statement, before.state, heartbeats));
    drop(before.state);
    problems.set(problem, opened.problem);
    states.set(state, { problem, state: opened.state });
    return { status: 'ok', name: theorem.name, ...engine.view(opened.problem, opened.state) };
  }

  function step({ from, state, tactic, heartbeats }) {
    const source = states.get(from);
    const problem = problems.get(source.problem);
    const result = engine.step(problem, source.state, tactic, heartbeats);
    const { state: next, ...reply } = result;
    if (next === undefined) return reply;
    states.set(state, { problem: source.problem, state: next });
    return { ...reply, ...engine.view(problem, next) };
  }

  function salvage({ from, state, tactic, heartbeats }) {
    const source = states.get(from);
    const problem = problems.get(source.problem);
    const result = engine.salvage(problem, source.state, tactic, heartbeats);
    if (result === null || result.state === null) return { status: 'nothing', heartbeats: result?.heartbeats ?? 0 };
    states.set(state, { problem: source.problem, state: result.state });
    return { status: 'ok', heartbeats: result.heartbeats, prefix: result.text, ...engine.view(problem, result.state) };
  }

  function focus({ from, state, goals }) {
    const source = states.get(from);
    const next = engine.focus(source.state, goals);
    states.set(state, { problem: source.problem, state: next });
    return { status: 'ok', ...engine.view(problems.get(source.problem), next) };
  }

  function forget({ states: dropped, problems: closed }) {
    for (const id of dropped) {
      const known = states.get(id);
      if (known) { states.delete(id); engine.release(known.state); }
    }
    for (const id of closed) {
      const known = problems.get(id);
      if (known) { problems.delete(id); engine.close(known); }
    }
    return { states: states.size };
  }

  /**
   * Judge a candidate: elaborate it on the clean context, compare it with the trusted statement and audit it. Returns
   * facts; the verdict is the verifier's. `allow` holds the kinds of commands, options and attributes that may occur and the
   * kinds of syntax that may not; they are tested on each command before it is elaborated.
   */
  function judge({ header, statement, candidate, candidateHeader, allow, heartbeats }) {
    const before = withHeader(header, 0);
    if (before.error) return { status: 'statement', messages: before.error };
    const trusted = oneTheorem(statement + SEARCH_THEOREM, before.state, 0);
    if (trusted.error) { drop(before.state); return { status: 'statement', messages: trusted.error }; }
    const base = candidateHeader === header ? before : withHeader(candidateHeader, 0);
    let refused = null;
    const result = front.elaborate(candidate, keep(base.state), heartbeats, (summary, messages) => {
      const parse = errorsOf(messages);
      if (parse.length) return (refused = { stage: 'syntax', what: parse[0].text, at: parse[0] });
      return (refused = forbidden(summary, allow));
    }, true);
    const facts = {
      status: 'judged', name: trusted.name, refused, messages: result.messages, commands: result.commands.length, heartbeats: result.spent,
    };
    const asked = audit.lookUp(audit.environmentOf(trusted.state), lean.name(trusted.name));
    facts.typeDigest = digest(audit.typeOf(asked));
    facts.statementUses = audit.namesIn(audit.typeOf(asked));
    drop(asked);
    if (refused === null) {
      const root = lean.name(trusted.name);
      facts.difference = audit.compareStatements(trusted.state, result.state, root);
      if (facts.difference === null) {
        const walked = audit.walk(result.state, root, audit.environmentOf(context));
        Object.assign(facts, { fresh: walked.fresh, bodiless: walked.bodiless, context: walked.context, missing: walked.missing });
        const replayed = audit.replay(audit.environmentOf(context), audit.environmentOf(result.state), walked.order, heartbeats);
        facts.kernel = replayed.error ?? null;
        if (replayed.environment !== undefined) drop(replayed.environment);
        walked.release();
      }
      drop(root);
    }
    drop(result.state);
    drop(trusted.state);
    if (base !== before) drop(base.state);
    drop(before.state);
    return facts;
  }

  function forbidden(summary, allow) {
    if (summary.kind === 'Lean.Parser.Command.eoi') return null;
    const kind = summary.kind === 'Lean.Parser.Command.declaration' ? summary.inner : summary.kind;
    if (!allow.commands.includes(kind)) return { stage: 'command', what: kind };
    for (const side of summary.sides) {
      const refusal = forbidden(side, allow);
      if (refusal) return refusal;
    }
    // Whatever is built like a command must be one of those that are known to be harmless, wherever it stands.
    const command = summary.kinds.find((k) => k.startsWith(COMMAND) && !allow.commandSyntax.includes(k.slice(COMMAND.length)));
    if (command) return { stage: 'command', what: command };
    const bad = summary.kinds.find((k) => allow.refusedKinds.includes(k));
    if (bad) return { stage: 'syntax-kind', what: bad };
    const named = summary.identifiers.find((i) => allow.refusedNames.includes(i));
    if (named) return { stage: 'name', what: named };
    const option = summary.options.find((o) => !allow.options.includes(o.name));
    if (option) return { stage: 'option', what: option.name };
    const attribute = summary.attributes.find((a) => !allow.attributes.includes(a));
    if (attribute !== undefined) return { stage: 'attribute', what: attribute };
    return null;
  }

  /** Replay every constant of the context's own source into the bare imports: the kernel checks each, body and all. */
  function auditContext() {
    const constants = audit.newConstants(audit.environmentOf(context));
    const walked = audit.walkAll(context, constants);
    const replayed = audit.replay(audit.environmentOf(bare), audit.environmentOf(context), walked.order, AUDIT_HEARTBEATS);
    const result = { constants: walked.fresh, bodiless: walked.bodiless, kernel: replayed.error ?? null };
    if (replayed.environment !== undefined) drop(replayed.environment);
    walked.release();
    return result;
  }

  const table = { load, start, step, salvage, focus, forget, judge, audit: auditContext };
  return (request) => {
    const operation = table[request.op];
    if (!operation) throw new Error(`unknown operation ${request.op}`);
    return operation(request);
  };
};
