'use strict';
// The process that elaborates, a statement or a proof of it, and writes what came out as a document. A statement process has
// never seen a proof; what an elaboration process says is believed by nobody: the kernel process decides.
//
// Every request starts from the same memory, the one after the context was imported (see image.cjs).

const boot = require('./runtime.cjs');
const allowed = require('./allowed.cjs');
const constants = require('./constants.cjs');
const digests = require('./digest.cjs');
const exporter = require('./export.cjs');
const images = require('./image.cjs');
const loop = require('./loop.cjs');
const naming = require('./names.cjs');

const SORRY = 'Lean.Parser.Tactic.tacticSorry';
const DEFINES = new Set(['theorem', 'def']);

module.exports = function elaboration(lean, front, audit, searching) {
  const { keep, drop } = lean;
  const { kindOf, isSafe, typeOf, bodyOf } = constants(lean);
  const { declared, key, parse, shown, isGenerated } = naming(lean);
  const digest = digests(lean);
  // For a message that helps: what Lean makes of a `match` or a proof may be called otherwise where the proof stands.
  const loosely = digests(lean, (name) => (isGenerated(name) ? '*' : key(name)));
  const document = exporter(lean);
  const image = images(lean);
  let loaded = lean.resumed?.context.key ?? null;
  if (loaded !== null) {
    lean.seal(true);
    image.take();
  }

  const errorsOf = (messages) => messages.filter((m) => m.severity === 'error');
  const complaint = (text) => ({ severity: 'error', line: 0, column: 0, text });

  function load(request) {
    if (loaded === request.key) return { messages: [], commands: 0 };
    image.restore();
    lean.seal(false);
    const answer = searching.load(request);
    lean.seal(true);
    image.take();
    loaded = request.key;
    return answer;
  }

  const environment = () => audit.environmentOf(searching.context().state);
  const tester = (allow, base) => allowed(allow, (written) => audit.isOurs(base, searching.context().module, written));

  /** What a new constant says: kind, type and body, names of bound variables aside. */
  const summary = (info) => {
    const body = bodyOf(info);
    return [kindOf(info), loosely(typeOf(info)), body === null ? '' : loosely(body)].join(' ');
  };

  /** Elaborate a header on top of the context; returns an owned state or {error: messages}. Each command is tested. */
  function headed(header, allow) {
    let refusal = null;
    // Notation that the header declares is its own from the next command on.
    let base = environment();
    const test = allow === null ? () => null : allowed(allow, (written) => audit.isOurs(base, searching.context().module, written));
    const result = front.elaborate(header, keep(searching.context().state), 0, (command, _, before) => {
      base = audit.environmentOf(before);
      return (refusal = test(command));
    });
    const errors = refusal === null ? errorsOf(result.messages) : [complaint(`no statement may contain this ${refusal.stage}: ${refusal.what}`)];
    if (!errors.length) return { state: result.state };
    drop(result.state);
    return { error: errors };
  }

  /** Elaborate a trusted statement and write it, with all that its header and it declare. */
  function state({ header, statement, allow }) {
    const refuse = (messages) => ({ status: 'refused', messages });
    const before = headed(header, allow);
    if (before.error) return refuse(before.error);
    // The `sorry` is ours; one that the statement rests on is found below.
    const ours = { ...allow, kinds: [...allow.kinds, SORRY] };
    const found = searching.oneTheorem(`${statement} sorry`, before.state, 0, tester(ours, audit.environmentOf(before.state)));
    if (found.error) return refuse(found.error);
    const root = declared(front.namespaceOf(before.state), found.name);
    const after = audit.environmentOf(found.state);
    const asked = audit.lookUp(after, root);
    if (asked === null) return refuse([complaint(`the theorem ${found.name} is private`)]);
    const own = key(root);
    const walked = audit.withNewConstants(after, (names) =>
      audit.walk(found.state, names.filter((name) => key(name) !== own && isSafeHere(after, name)), environment()));
    const infos = walked.order.filter(({ safe }) => safe).map(({ info }) => info);
    const written = document(after, infos, asked, false);
    if (written.names.some(([parent, part]) => parent === 0 && part === 'sorryAx')) return refuse([complaint('the statement rests on `sorry`')]);
    const stated = walked.order.map(({ name, info }) => [key(nameOf(info)), name, summary(info)]);
    return { status: 'ok', theorem: shown(root), typeDigest: digest(typeOf(asked)), says: loosely(typeOf(asked)), document: JSON.stringify(written), stated };
  }

  const nameOf = (info) => lean.field(lean.field(lean.field(info, 0), 0), 0);

  function isSafeHere(after, name) {
    const info = audit.lookUp(after, name);
    const good = info !== null && isSafe(info);
    if (info !== null) drop(info);
    return good;
  }

  /**
   * Elaborate a proof and write it, without what the statement declares. `allow` holds what may occur in its syntax;
   * `header` is what stands before the candidate, which for a whole file is less than the header of the problem.
   */
  function examine({ header, candidate, theorem, says, stated, allow, heartbeats }) {
    const facts = { status: 'judged', refused: null, messages: [], commands: 0, heartbeats: 0, difference: null, foreign: [], document: '' };
    const base = headed(header, null);
    if (base.error) return { ...facts, messages: base.error };
    const test = tester(allow, audit.environmentOf(base.state));
    const result = front.elaborate(candidate, keep(base.state), heartbeats, (command, messages) => {
      const parse_ = errorsOf(messages);
      return (facts.refused = parse_.length ? { stage: 'syntax', what: parse_[0].text, at: parse_[0] } : test(command));
    }, true);
    Object.assign(facts, { messages: result.messages, commands: result.commands.length, heartbeats: result.spent });
    if (facts.refused !== null || errorsOf(result.messages).length) return facts;
    const root = parse(theorem);
    const after = audit.environmentOf(result.state);
    const proved = audit.lookUp(after, root);
    if (proved === null) return { ...facts, difference: `there is no theorem ${theorem}` };
    if (kindOf(proved) !== 'theorem') return { ...facts, difference: `${theorem} is a ${kindOf(proved)}, not a theorem` };
    if (loosely(typeOf(proved)) !== says) return { ...facts, difference: `${theorem} states something else` };
    const known = new Map(stated.map(([id, , content]) => [id, content]));
    const own = key(root);
    const walked = audit.walk(result.state, [root], environment());
    const mine = walked.order.map(({ info }) => info).filter((info) => key(nameOf(info)) !== own);
    // What the statement declares as well, and in the same way, is the statement's; the rest is the candidate's own.
    const fresh = mine.filter((info) => known.get(key(nameOf(info))) !== summary(info));
    const different = fresh.find((info) => known.has(key(nameOf(info))) && !isGenerated(nameOf(info)));
    if (different !== undefined) return { ...facts, difference: `${shown(nameOf(different))} is defined differently` };
    const foreign = fresh.filter((info) => !DEFINES.has(kindOf(info)) || !isSafe(info));
    if (walked.missing.length) return { ...facts, difference: `the proof uses constants that do not exist: ${walked.missing.slice(0, 3).join(', ')}` };
    if (foreign.length) return { ...facts, foreign: foreign.map((info) => ({ name: shown(nameOf(info)), kind: kindOf(info), safe: isSafe(info) })) };
    return { ...facts, document: JSON.stringify(document(after, fresh, proved, true)) };
  }

  /** Start from the memory after the context was imported. Nothing that a request makes has to be freed. */
  const afresh = (operation) => (request) => {
    image.restore();
    const answer = operation(request);
    searching.checkStack();
    return answer;
  };

  const table = { load, state: afresh(state), examine: afresh(examine) };
  return (request) => {
    const operation = Object.hasOwn(table, request.op) ? table[request.op] : null;
    if (operation === null) throw new Error(`the elaboration process knows no operation ${request.op}`);
    return operation(request);
  };
};

if (require.main === module)
  boot(JSON.parse(process.argv[2]), (lean) => {
    const front = require('./frontend.cjs')(lean);
    const engine = require('./tactics.cjs')(lean, front);
    const audit = require('./audit.cjs')(lean, front, engine);
    // As in the process that searches, whose image this one shares.
    const opening = require('./opening.cjs')(lean);
    opening.install();
    require('./own.cjs')(lean).install();
    const searching = require('./operations.cjs')(lean, front, engine, audit, opening);
    loop(lean, module.exports(lean, front, audit, searching));
  });
