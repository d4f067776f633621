'use strict';
// Operations that export. The library document of a context holds every safe constant that the context imports, with the
// bodies that the package has, in an order that depends on names alone.

const constants = require('./constants.cjs');
const exporter = require('./export.cjs');
const naming = require('./names.cjs');

const PART = 12 * 2 ** 20; // bytes of a reply
const CONSTRUCTOR_INDUCTIVE = 1, RECURSOR_ALL = 1; // fields of ConstructorVal and RecursorVal

/** `problems` elaborates what is trusted: {context, withHeader, oneTheorem}; `context` answers a Command.State. */
module.exports = function exporting(lean, front, audit, problems) {
  const { field, isScalar, keep, drop, call } = lean;
  const { kindOf, nameOf, typeOf, bodyOf, isSafe, usedBy, constructorsOf, blockOf } = constants(lean);
  const { declared, key } = naming(lean);
  const document = exporter(lean);

  /** The constants that an environment imports by the key of their name, in the order of these; lent while `held` lives. */
  function imported(held) {
    const found = [];
    for (let bucket of lean.items(field(field(held, 0), 1)))
      for (; !isScalar(bucket); bucket = field(bucket, 2)) found.push([key(field(bucket, 0)), field(bucket, 1)]);
    return new Map(found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  /** The safe ones in an order in which each rests on earlier ones. */
  function ordered(known) {
    const done = new Set();
    const order = [];
    const uses = (...expressions) => expressions.flatMap((e) => {
      const names = usedBy(e);
      const keys = names.map(key);
      names.forEach(drop);
      return keys;
    });
    const needs = (info) => {
      const kind = kindOf(info);
      if (kind === 'constructor') return [key(field(field(info, 0), CONSTRUCTOR_INDUCTIVE))];
      if (kind === 'recursor') return [key(field(field(field(info, 0), RECURSOR_ALL), 0))];
      if (kind === 'quot') return [key(lean.name('Eq')), ...uses(typeOf(info))];
      if (kind !== 'inductive') return uses(typeOf(info), ...(bodyOf(info) === null ? [] : [bodyOf(info)]));
      const members = blockOf(info).map((name) => known.get(key(name)));
      const made = members.flatMap(constructorsOf).map((name) => known.get(key(name)));
      const own = new Set([...members, ...made].map((member) => key(nameOf(member))));
      return uses(...[...members, ...made].map(typeOf)).filter((id) => !own.has(id));
    };
    for (const root of known.keys()) {
      const pending = [[root, null]];
      while (pending.length) {
        const [id, before] = pending.pop();
        const info = known.get(id);
        if (before !== null) { order.push(info); continue; }
        if (done.has(id) || info === undefined) continue;
        done.add(id);
        if (!isSafe(info)) continue;
        pending.push([id, true]);
        for (const used of needs(info)) if (!done.has(used)) pending.push([used, null]);
      }
    }
    return order;
  }

  let text = null;
  /** The document in parts, base64: it is larger than a frame of the wire. The first part makes it. */
  function library({ part }) {
    if (part === 0) {
      const state = problems.context();
      const environment = audit.environmentOf(state);
      const held = call('Lean_Environment_constants', keep(environment));
      try {
        const order = ordered(imported(held));
        const bodiless = order.filter((info) => ['axiom', 'opaque'].includes(kindOf(info)));
        const answers = audit.arePropositions(state, bodiless.map(typeOf));
        const propositions = new Map(bodiless.map((info, i) => [info, answers[i]]));
        const made = document(environment, order, null, false, (info, declaration) => {
          // A theorem or definition whose body the package lacks looks like an axiom: what it states says which it is.
          if (propositions.has(info)) declaration.proposition = propositions.get(info);
        });
        text = Buffer.from(JSON.stringify(made), 'utf8');
      } finally {
        drop(held);
      }
    }
    const bytes = text.subarray(part * PART, (part + 1) * PART).toString('base64');
    const parts = Math.ceil(text.length / PART);
    if (part === parts - 1) text = null;
    return { bytes, parts };
  }

  const errorsOf = (messages) => messages.filter((m) => m.severity === 'error');

  /**
   * Elaborate a statement and a proof of it and write both as documents, each a text. For proofs that are accepted already:
   * statement and proof share a process here, so this judges nothing.
   */
  function proof({ header, statement, candidate, candidateHeader, heartbeats }) {
    const before = problems.withHeader(header, 0);
    if (before.error) return { messages: before.error };
    const trusted = problems.oneTheorem(`${statement} sorry`, before.state, 0);
    if (trusted.error) { drop(before.state); return { messages: trusted.error }; }
    const root = declared(front.namespaceOf(before.state), trusted.name);
    const base = candidateHeader === header ? before : problems.withHeader(candidateHeader, 0);
    const made = front.elaborate(candidate, keep(base.state), heartbeats, () => null, true);
    const states = base === before ? [before.state, trusted.state, made.state] : [before.state, base.state, trusted.state, made.state];
    const failed = errorsOf(made.messages);
    const walks = [];
    try {
      if (failed.length) return { messages: failed };
      const environments = [trusted.state, made.state].map(audit.environmentOf);
      const [asked, proved] = environments.map((environment) => audit.lookUp(environment, root));
      if (asked === null || proved === null) return { messages: [{ severity: 'error', line: 0, column: 0, text: `there is no theorem ${trusted.name}` }] };
      const given = news(trusted.state, root);
      walks.push(given);
      const stated = document(environments[0], given.order, asked, false);
      const own = audit.walk(made.state, [root], audit.environmentOf(problems.context()));
      walks.push(own);
      const rootKey = key(root);
      const order = own.order.map(({ info }) => info).filter((info) => key(nameOf(info)) !== rootKey && !audit.holds(environments[0], info));
      const given_ = document(environments[1], order, proved, true);
      [asked, proved].forEach(drop);
      return { messages: [], statement: JSON.stringify(stated), candidate: JSON.stringify(given_) };
    } finally {
      walks.forEach(({ release }) => release());
      states.forEach(drop);
      drop(root);
    }
  }

  /** What the header and the statement declare, without the theorem itself, in the order of a walk. */
  function news(state, root) {
    const context = audit.environmentOf(problems.context());
    const rootKey = key(root);
    const environment = audit.environmentOf(state);
    const safe = (name) => {
      const info = audit.lookUp(environment, name);
      const good = info !== null && isSafe(info);
      if (info !== null) drop(info);
      return good;
    };
    const walked = audit.withNewConstants(environment, (names) =>
      audit.walk(state, names.filter((name) => key(name) !== rootKey && safe(name)), context));
    return { ...walked, order: walked.order.filter(({ safe }) => safe).map(({ info }) => info) };
  }

  return { library, proof };
};
