'use strict';
// What a request does. States and problems are known by numbers that the caller chooses.

const exporting = require('./exporting.cjs');
const auditing = require('./auditing.cjs');
const libraries = require('./library.cjs');
const naming = require('./names.cjs');
const stack = require('./stack.cjs');

const SEARCH_THEOREM = ' skip; sorry'; // what `opening.cjs` waits for, and an end
const KEPT_CONTEXTS = 4;

module.exports = function operations(lean, front, engine, audit, opening) {
  const { box, keep, drop, take } = lean;
  const { declared } = naming(lean);
  const library = libraries(lean, front, engine, audit);
  const checkStack = stack(lean);
  let bare = null; // the Command.State after the imports alone
  let context = null; // what problems stand on: {state: a Command.State, module: the index of our own compiled module or -1}
  const contexts = new Map(); // by key, the last used ones last
  const problems = new Map();
  const states = new Map();

  const errorsOf = (messages) => messages.filter((m) => m.severity === 'error');

  const SEARCH_PATH = ['/modules', '/lib/lean'];
  const OUT = '/out';

  /** Put compiled modules where Lean looks for them; `files` maps names of files to their bytes in base64. */
  function provide(files) {
    const { FS } = globalThis.Module;
    FS.mkdirTree(SEARCH_PATH[0]);
    for (const [name, bytes] of Object.entries(files)) FS.writeFile(`${SEARCH_PATH[0]}/${name}`, Buffer.from(bytes, 'base64'));
    drop(lean.run('Lean_initSearchPath', lean.string('/'), lean.list(SEARCH_PATH.map((folder) => lean.string(folder))), box(0)));
  }

  const enter = (state) => (context = { state, module: audit.contextModule(audit.environmentOf(state)) });

  /**
   * Make a context the one that problems stand on from now on, importing its modules, those of `files` among them, unless it
   * is kept from before; with `before` the imports are those of a module of Lean's library, and nothing else. What is
   * dropped is not all freed: compiled modules stay in memory.
   */
  function load({ key, imports, before, files, warm }) {
    context = contexts.get(key) ?? null;
    if (context === null) {
      if (Object.keys(files).length) provide(files);
      enter(before ? front.importModules(library.importsOf(before), true) : front.importModules(imports));
      for (const source of warm) drop(front.elaborate(source, keep(context.state), 0).state);
    }
    contexts.delete(key);
    contexts.set(key, context);
    if (contexts.size > KEPT_CONTEXTS) {
      const oldest = [...contexts.keys()].find((kept) => kept !== lean.resumed?.context.key); // nobody sends its files
      drop(contexts.get(oldest).state);
      contexts.delete(oldest);
    }
    return { messages: [], commands: 0 };
  }

  /**
   * Elaborate a context's own source as a module, have the kernel check all of it again, bodies and all, and return the
   * compiled files together with what the audit found.
   */
  function compile({ imports, source, module, heartbeats }) {
    bare = front.importModules(imports);
    // Closed terms that the compiler extracts are not written into the module, and its notation could not be run.
    const prepared = front.elaborate('set_option compiler.extract_closed false', keep(bare), 0);
    const result = front.elaborate(source, prepared.state, heartbeats);
    enter(result.state);
    const errors = errorsOf(result.messages);
    if (errors.length) return { messages: errors, constants: [], bodiless: [], kernel: null, files: {} };
    const found = auditContext();
    const { FS } = globalThis.Module;
    FS.mkdirTree(OUT);
    drop(lean.run('Lean_writeModule', take(context.state, 0), lean.string(`${OUT}/${module}.olean`), box(0)));
    const files = {};
    for (const name of FS.readdir(OUT).filter((file) => file.startsWith(module)))
      files[name] = Buffer.from(FS.readFile(`${OUT}/${name}`)).toString('base64');
    return { messages: result.messages.filter((m) => /sorry/.test(m.text)), ...found, files };
  }

  /** Elaborate a problem's header on top of the context; returns an owned state or {error}. */
  function withHeader(header, heartbeats) {
    const result = front.elaborate(header, keep(context.state), heartbeats);
    const errors = errorsOf(result.messages);
    if (!errors.length) return { state: result.state };
    drop(result.state);
    return { error: errors };
  }

  /**
   * Elaborate exactly one theorem; returns {state, name, messages} or {error: messages}. Lends `before`. `test` may say what
   * is wrong with a command.
   */
  function oneTheorem(source, before, heartbeats, test = () => null) {
    let count = 0, name = null, refusal = null;
    const result = front.elaborate(source, keep(before), heartbeats, (summary, messages) => {
      const parse = errorsOf(messages);
      if (parse.length) return (refusal = parse);
      if (summary.kind === 'Lean.Parser.Command.eoi') return null;
      if (++count > 1) return (refusal = [{ severity: 'error', line: 0, column: 0, text: 'there is more than one command' }]);
      if (summary.inner !== 'Lean.Parser.Command.theorem')
        return (refusal = [{ severity: 'error', line: 0, column: 0, text: 'this is not a theorem' }]);
      name = summary.declares;
      const bad = test(summary);
      return bad === null ? null : (refusal = [{ severity: 'error', line: 0, column: 0, text: `no statement may contain this ${bad.stage}: ${bad.what}` }]);
    });
    const errors = refusal ?? errorsOf(result.messages);
    if (errors.length) { drop(result.state); return { error: errors }; }
    if (name === null) { drop(result.state); return { error: [{ severity: 'error', line: 0, column: 0, text: 'there is no theorem' }] }; }
    return { state: result.state, name, messages: result.messages };
  }

  /** The constant that a theorem elaborated on top of `before` declares, as an environment has it, or null; owned. */
  function lookUpIn(environment, theorem, before) {
    const name = declared(front.namespaceOf(before), theorem.name);
    const info = audit.lookUp(environment, name);
    drop(name);
    return info;
  }

  const close = ({ problem, state }) => (engine.release(state), engine.close(problem));
  const refused = (text) => ({ status: 'refused', messages: [{ severity: 'error', line: 0, column: 0, text }] });

  /** Say what speaks against a goal that Lean gave to a proof being that of the theorem, or return null. */
  function strange(place, goal, info, environment) {
    if (place === null) return 'its proof is never elaborated: the statement has to end in `:= by`';
    if (goal === null) return `its proof begins with ${place.goals.length} goals instead of one`;
    if (info === null) return 'the theorem is not visible after its own statement; it must not be private';
    const missing = audit.missingFrom(environment, goal.expression);
    return missing.length ? `it rests on ${missing.join(', ')}, which its proof cannot use` : null;
  }

  function start({ problem, state, header, statement, heartbeats }) {
    const before = withHeader(header, heartbeats);
    if (before.error) return { status: 'refused', messages: before.error, stage: 'header' };
    const owned = [before.state];
    try {
      const [theorem, place] = opening.notingSkip(() => oneTheorem(statement + SEARCH_THEOREM, before.state, heartbeats));
      if (place) owned.push(place.environment, place.metavariables, ...place.goals);
      if (theorem.error) return { status: 'refused', messages: theorem.error };
      owned.push(theorem.state);
      const info = lookUpIn(audit.environmentOf(theorem.state), theorem, before.state);
      if (info !== null) owned.push(info);
      const goal = place && opening.goalAt(place);
      if (goal) owned.push(goal.expression);
      const against = strange(place, goal, info, place?.environment);
      if (against !== null) return refused(`${theorem.name} cannot be opened: ${against}`);
      if (lookUpIn(place.environment, theorem, before.state)) return refused(`${theorem.name} cannot be opened: it would be given to its own proof`);
      const inside = lean.withFields(before.state, { 0: lean.call('Lean_Environment_setExporting', keep(place.environment), box(0)) });
      owned.push(inside);
      const opened = engine.open(inside, keep(goal.expression), goal.names.length, audit.levelsOf(info));
      if (!engine.states(opened, goal.expression, audit.typeOf(info))) {
        close(opened);
        return refused(`${theorem.name} cannot be opened: its proof does not begin with what the theorem states`);
      }
      const names = engine.hypotheses(opened.state);
      if (names.join(' ') !== goal.names.join(' ')) {
        close(opened);
        return refused(`${theorem.name} cannot be opened: Lean gives its proof the hypotheses ${goal.names.join(' ') || '(none)'}, introduced are ${names.join(' ') || '(none)'}`);
      }
      const view = engine.view(opened.problem, opened.state);
      problems.set(problem, opened.problem);
      states.set(state, { problem, state: opened.state });
      return { status: 'ok', name: theorem.name, ...view };
    } catch (e) {
      if (!(e instanceof lean.LeanException)) throw e;
      return refused(`it cannot be opened: ${engine.exceptionText(e.object) ?? 'Lean aborts without a message'}`);
    } finally {
      owned.forEach(drop);
    }
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

  const auditContext = auditing(lean, audit, checkStack, { bare: () => bare, context: () => context.state });

  const modules = () => ({ modules: library.modules() });
  const contents = ({ names }) => library.contents(context.state, names);
  const candidates = ({ module, heartbeats }) => library.candidates(module, context.state, heartbeats);
  const restate = ({ module, header, ...how }) => {
    const before = withHeader(header, 0);
    if (before.error) throw new Error(before.error[0].text);
    try { return library.restate(module, before.state, how); } finally { drop(before.state); }
  };

  lean.state.context = () => ({ key: [...contexts.keys()].at(-1), ...context });
  if (lean.resumed !== null) {
    const { key, state, module } = lean.resumed.context;
    contexts.set(key, (context = { state, module }));
  }

  const table = { load, compile, start, step, salvage, focus, forget, modules, contents, candidates, restate,
    ...exporting(lean, front, audit, { context: () => context.state, withHeader, oneTheorem }) };
  const serve = (request) => {
    const operation = table[request.op];
    if (!operation) throw new Error(`unknown operation ${request.op}`);
    return operation(request);
  };
  return Object.assign(serve, { load, oneTheorem, checkStack, context: () => context });
};
