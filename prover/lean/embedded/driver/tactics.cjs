'use strict';
// Tactic states as persistent values.
//
// A proof state is the content of the references that a tactic works on: the states of CoreM, MetaM and TermElabM and the
// list of goals. A step fills fresh references with them, runs one tactic and reads them out again. So a step costs what
// its own tactic costs, at any depth; any state can be continued any number of times; and a dropped state is freed.

const replays = require('./replay.cjs');
const { find, rangeOf } = require('./syntax.cjs');

// Positions of fields in the structures of Lean 4.28; `calibrate` checks them when the driver starts.
const CORE_CONTEXT = { maxRecDepth: 4, initHeartbeats: 8, maxHeartbeats: 9 };
const CORE_STATE = { environment: 0, messages: 6 };
const CHECKED = '_proof_of_a_search'; // what a proof is called while the kernel looks at it
const KERNEL_TIMES = 4; // of a step's heartbeats that the kernel may take for the proof that the step completes
const THOUSAND = 1000; // `maxHeartbeats` counts in thousands of small allocations
const LARGEST_LIMIT = Math.floor((2 ** 31 - 1) / THOUSAND);
const WIDTH = 100;

// Tactics that look things up in an index of the whole library, which Lean makes at the first use, and a use that makes it.
const SEARCHES = /\b(exact|apply)\?/;
const FIRST_SEARCH = 'have : True := by exact?';

module.exports = function tactics(lean, front) {
  const { raw, box, unbox, keep, drop, tag, size, field, take, constructor, withFields, string, text, call, run, ref, deref } = lean;
  const replaying = replays(lean);

  /** Run `action(contexts, references)`, which are lent, in the TermElabM of a command state. Lends the state. */
  function inTermElab(commandState, action) {
    const reference = front.frontendState(keep(commandState), 0);
    let problem = null;
    front.commandAction(reference, (commandContext, commandRef) => {
      lean.whenCalled((...given) => {
        const [termContext, termRef, metaContext, metaRef, coreContext, coreRef] = given;
        try {
          action({ term: termContext, meta: metaContext, core: coreContext }, { term: termRef, meta: metaRef, core: coreRef });
        } catch (e) { problem = e; }
        given.forEach(drop); // a closure owns its arguments
        return lean.okUnit();
      });
      return raw.l_Lean_Elab_Command_liftTermElabM___redArg___boxed(lean.closure(7), commandContext, commandRef, box(0));
    });
    drop(reference);
    if (problem) throw problem;
  }

  function calibrate(contexts, states) {
    const fields = size(contexts.core);
    const limit = field(contexts.core, CORE_CONTEXT.maxHeartbeats);
    if (!(fields === 14 && size(states.core) === 9 && lean.isScalar(limit) && lean.isScalar(field(contexts.core, CORE_CONTEXT.initHeartbeats))))
      throw new Error('the layout of Core.Context is not that of the pinned build');
  }

  /** Call a function of MetaM on a state that is thrown away; returns its value. Consumes `args`. */
  function meta(problem, state, name, ...args) {
    const metaRef = ref(keep(state.meta)), coreRef = ref(keep(state.core));
    try {
      return run(name, ...args, keep(problem.contexts.meta), keep(metaRef), keep(problem.contexts.core), keep(coreRef));
    } finally { drop(metaRef); drop(coreRef); }
  }

  /** The same, keeping what it does to the state: returns [value, state]. The new state shares `goals` and `roots`. */
  function metaStep(problem, state, name, ...args) {
    const metaRef = ref(keep(state.meta)), coreRef = ref(keep(state.core));
    try {
      const value = run(name, ...args, keep(problem.contexts.meta), keep(metaRef), keep(problem.contexts.core), keep(coreRef));
      return [value, { ...state, term: keep(state.term), meta: deref(metaRef), core: deref(coreRef) }];
    } finally { drop(metaRef); drop(coreRef); }
  }

  const release = (state) => [state.term, state.meta, state.core, state.goals, ...(state.roots ?? [])].forEach((o) => o !== undefined && drop(o));

  /**
   * Open a theorem's goal. `commandState` is the state before the theorem, `type` its elaborated type, of whose
   * quantifiers the first `binders` stand before the colon, `levels` its level parameters. Consumes `type`. Returns
   * {problem, state}.
   */
  function open(commandState, type, binders, levels) {
    const problem = { contexts: null, levels: keep(levels) };
    let state = null;
    inTermElab(commandState, (contexts, references) => {
      problem.contexts = { term: keep(contexts.term), meta: keep(contexts.meta), core: withFields(contexts.core, { [CORE_CONTEXT.initHeartbeats]: box(0) }) };
      state = { term: deref(references.term), meta: deref(references.meta), core: deref(references.core) };
      calibrate(contexts, state);
    });
    const [goal, opened] = metaStep(problem, state, 'Lean_Meta_mkFreshExprSyntheticOpaqueMVar', type, box(0));
    release(state);
    const [introduced, ready] = metaStep(problem, opened, 'Lean_MVarId_introNP', take(goal, 0), box(binders));
    release(opened);
    problem.caches = cachesOf(field(ready.core, CORE_STATE.environment));
    problem.searched = false;
    ready.goals = lean.list([take(introduced, 1)]);
    ready.roots = [take(introduced, 1)];
    drop(introduced);
    drop(goal);
    return { problem, state: ready };
  }

  /**
   * Whether a goal, closed, is what a theorem with this type states. Lean turns each `let` of a theorem that can be a `have`
   * into one before it adds it. Lends all.
   */
  function states({ problem, state }, goal, type) {
    if (raw.lean_expr_eqv(goal, type)) return true;
    const turned = meta(problem, state, 'Lean_Meta_letToHave', keep(goal));
    const equal = raw.lean_expr_eqv(turned, type) !== 0;
    drop(turned);
    return equal;
  }

  /** The names of the hypotheses of a state's first goal, in order. */
  function hypotheses(state) {
    const declaration = call('Lean_MetavarContext_getDecl', take(state.meta, 0), keep(field(state.goals, 0)));
    const local = take(declaration, 1);
    drop(declaration);
    const variables = call('Lean_LocalContext_getFVars', keep(local));
    const names = lean.items(variables).map((variable) => lean.nameText(call('Lean_LocalDecl_userName',
      call('Lean_LocalContext_get_x21', keep(local), call('Lean_Expr_fvarId_x21', keep(variable))))));
    drop(variables);
    drop(local);
    return names;
  }

  const close = (problem) => [problem.levels, ...Object.values(problem.contexts), ...problem.caches.flatMap(({ at, value }) => [at, value])].forEach(drop);

  /**
   * What Lean caches in an environment from one tactic to the next: its extensions that are references, with their content.
   * Every step begins with the content that is noted here, so that no step costs less for what ran before it.
   */
  function cachesOf(environment) {
    const kernel = raw.lean_elab_environment_to_kernel_env(keep(environment)) >>> 0;
    const fields = Array.from({ length: size(kernel) }, (_, i) => field(kernel, i));
    const references = fields.filter(lean.isArray).flatMap((o) => lean.items(o)).filter(lean.isReference);
    const caches = references.map((at) => ({ at: keep(at), value: deref(at) }));
    drop(kernel);
    return caches;
  }

  /** Have Lean make its index before the first tactic that looks things up; what that takes is not the tactic's. */
  function prepare(problem, state, tactic) {
    if (problem.searched || !SEARCHES.test(tactic)) return;
    problem.searched = true;
    const made = step(problem, state, FIRST_SEARCH, LARGEST_LIMIT);
    if (made.state) release(made.state);
    for (const cache of problem.caches) {
      drop(cache.value);
      cache.value = deref(cache.at);
    }
  }

  const metavariables = (state) => field(state.meta, 0);

  /** The value of a metavariable as far as it is assigned; owned. */
  function assigned(state, goal) {
    const result = call('Lean_instantiateMVarsCore', take(state.meta, 0), call('Lean_mkMVar', keep(goal)));
    const value = take(result, 0);
    drop(result);
    return value;
  }

  const truth = (o) => unbox(o) === 1;

  /** What a person or a model sees of a goal, a hash of its closed expression, and the metavariables in it. */
  function describe(problem, state, goal) {
    const format = meta(problem, state, 'Lean_Meta_ppGoal', keep(goal));
    const printed = text(call('Std_Format_pretty', format, box(WIDTH), box(0), box(0)));
    const declaration = call('Lean_MetavarContext_getDecl', take(state.meta, 0), keep(goal));
    const local = take(declaration, 1);
    const closed = call('Lean_LocalContext_mkForall', local, call('Lean_LocalContext_getFVars', keep(local)), take(declaration, 2), box(0), box(1));
    drop(declaration);
    const result = call('Lean_instantiateMVarsCore', take(state.meta, 0), closed);
    const expression = take(result, 0);
    drop(result);
    const mentions = truth(call('Lean_Expr_hasExprMVar', keep(expression))) ? mentioned(problem, state, keep(expression)) : [];
    const hash = call('Lean_Expr_hash', expression); // a boxed UInt64; Lean's own hash, which ignores binder names
    const digest = lean.word(hash + 8);
    drop(hash);
    return { text: printed, digest, mentions };
  }

  function mentioned(problem, state, expression) {
    const ids = meta(problem, state, 'Lean_Meta_getMVars', expression);
    const names = lean.items(ids).map((id) => lean.nameText(keep(id)));
    drop(ids);
    return names;
  }

  /** Positions of goals grouped by shared metavariables; groups and members in ascending order. */
  function parts(goals, described) {
    const parent = goals.map((_, i) => i);
    const root = (i) => (parent[i] === i ? i : (parent[i] = root(parent[i])));
    const owner = new Map(goals.map((g, i) => [g, i]));
    described.forEach((d, i) => d.mentions.forEach((name) => {
      if (owner.has(name)) {
        const [a, b] = [root(owner.get(name)), root(i)].sort((x, y) => x - y);
        parent[b] = a;
      } else owner.set(name, i);
    }));
    const groups = new Map();
    goals.forEach((_, i) => (groups.get(root(i)) ?? groups.set(root(i), []).get(root(i))).push(i));
    return [...groups.values()];
  }

  function view(problem, state) {
    const goals = lean.listItems(state.goals);
    const described = goals.map((goal) => describe(problem, state, goal));
    const named = described.some((d) => d.mentions.length) ? parts(goals.map((g) => lean.nameText(keep(g))), described) : goals.map((_, i) => [i]);
    return { goals: described.map(({ text, digest }) => ({ text, digest })), parts: named };
  }

  /** Parse a block of tactics; returns {sequence} or {error}. */
  function parse(environment, tactic) {
    const source = 'by\n  ' + tactic.split('\n').join('\n  ');
    const parsed = call('Lean_Parser_runParserCategory', keep(environment), lean.name('term'), string(source), string('<tactic>'));
    if (tag(parsed) === 0) {
      const message = text(take(parsed, 0));
      drop(parsed);
      // Positions are those of the wrapped text: one line down, two columns right.
      return { error: message.replace(/^<tactic>:(\d+):(\d+): /, (_, line, column) => `${line - 1}:${Math.max(0, column - 2)}: `) };
    }
    const block = take(parsed, 0);
    drop(parsed);
    const arguments_ = lean.items(field(block, 2));
    const sequence = arguments_.length === 2 ? keep(arguments_[1]) : null;
    drop(block);
    return sequence === null ? { error: 'this is no block of tactics' } : { sequence };
  }

  /** The message of an exception, or null for one that only stops what runs: what is wrong was logged. Consumes it. */
  function exceptionText(exception) {
    if (tag(exception) !== 0) { drop(exception); return null; }
    return text(call('Lean_MessageData_toString', call('Lean_Exception_toMessageData', exception)));
  }

  /**
   * Run one block of tactics on a state. Returns {status, message, heartbeats, state?, hints}: `solved`, `advanced` with
   * the new state, `error`, or `heartbeats`. `limit` is in thousands of allocations.
   */
  function step(problem, state, tactic, limit) {
    prepare(problem, state, tactic);
    const parsed = parse(field(state.core, CORE_STATE.environment), tactic);
    if (parsed.error) return { status: 'error', message: parsed.error, heartbeats: 0, hints: [] };
    return evaluate(problem, state, parsed.sequence, limit);
  }

  function evaluate(problem, state, sequence, limit) {
    const thousands = Math.max(1, Math.min(LARGEST_LIMIT, Math.floor(limit)));
    const core = withFields(problem.contexts.core, { [CORE_CONTEXT.maxHeartbeats]: box(thousands * THOUSAND) });
    const references = { term: ref(keep(state.term)), meta: ref(keep(state.meta)), core: ref(keep(state.core)), goals: ref(keep(state.goals)) };
    // Tactic.Context: no elaborator, no error recovery (a failing tactic fails, it does not admit its goal).
    const context = constructor(0, [box(0)], 1);
    problem.caches.forEach(({ at, value }) => lean.assign(at, keep(value)));
    raw.lean_io_set_heartbeats(box(0));
    let failure = null, aborted = false;
    try {
      drop(run('Lean_Elab_Tactic_evalTactic', sequence, context, keep(references.goals), keep(problem.contexts.term),
        keep(references.term), keep(problem.contexts.meta), keep(references.meta), keep(core), keep(references.core)));
      drop(run('Lean_Elab_Term_synthesizeSyntheticMVarsNoPostponing', box(0), keep(problem.contexts.term),
        keep(references.term), keep(problem.contexts.meta), keep(references.meta), keep(core), keep(references.core)));
      drop(run('Lean_Elab_Tactic_pruneSolvedGoals', constructor(0, [box(0)], 1), keep(references.goals), keep(problem.contexts.term),
        keep(references.term), keep(problem.contexts.meta), keep(references.meta), keep(core), keep(references.core)));
    } catch (e) {
      if (!(e instanceof lean.LeanException)) throw e;
      failure = exceptionText(e.object);
      aborted = failure === null;
    }
    drop(core);
    const spent = raw.lean_io_get_num_heartbeats() >>> 1;
    const heartbeats = Math.ceil(spent / THOUSAND);
    const coreAfter = deref(references.core);
    const next = {
      term: deref(references.term), meta: deref(references.meta),
      core: withFields(coreAfter, { [CORE_STATE.messages]: keep(lean.global('Lean_MessageLog_empty')) }),
      goals: deref(references.goals), roots: state.roots.map(keep),
    };
    const said = front.readLog(field(coreAfter, CORE_STATE.messages));
    drop(coreAfter);
    Object.values(references).forEach(drop);
    const hints = said.filter((m) => m.severity === 'info').map((m) => m.text);
    failure ??= said.find((m) => m.severity === 'error')?.text ?? (aborted ? 'the tactic was aborted' : null);
    const reject = (status, message) => { release(next); return { status, message, heartbeats, hints }; };
    // A nested `set_option maxHeartbeats` cannot buy more than the limit: what was spent is what counts.
    if (spent > thousands * THOUSAND || (failure && /\(deterministic\) timeout/.test(failure)))
      return reject('heartbeats', failure ?? `the step took ${heartbeats} thousand heartbeats, the limit is ${thousands}`);
    if (failure) return reject('error', failure);
    const hole = [...lean.listItems(state.goals)].some((goal) => {
      const value = assigned(next, goal);
      return truth(call('Lean_Expr_hasSorry', value));
    });
    if (hole) return reject('error', 'the tactic leaves a `sorry` in the proof');
    if (!lean.isScalar(next.goals)) return { status: 'advanced', message: '', heartbeats, hints, state: next };
    const open = next.roots.some((root) => truth(call('Lean_Expr_hasExprMVar', assigned(next, root))));
    if (open) return reject('error', 'no goals are left, but the proof still contains unassigned metavariables');
    const refusal = next.roots.map((root) => kernelRefusal(problem, next, root, thousands)).find((said) => said !== null);
    if (refusal !== undefined) return reject('error', `the kernel refuses the proof: ${refusal}`);
    release(next);
    return { status: 'solved', message: '', heartbeats, hints };
  }

  /**
   * What the kernel says against the proof of a goal, or null. What it cannot decide here, because it would take too long or
   * because something of the goal is still open elsewhere, is left to the verifier.
   */
  function kernelRefusal(problem, state, root, thousands) {
    const declaration = call('Lean_MetavarContext_getDecl', take(state.meta, 0), keep(root));
    const local = take(declaration, 1);
    const variables = call('Lean_LocalContext_getFVars', keep(local));
    const closed = (binding, inside) => {
      const result = call('Lean_instantiateMVarsCore', take(state.meta, 0), call(binding, keep(local), keep(variables), inside, box(0), box(1)));
      const expression = take(result, 0);
      drop(result);
      return expression;
    };
    // Variables are bound after metavariables are replaced: what stands for one of these may mention them.
    const stated = call('Lean_instantiateMVarsCore', take(state.meta, 0), take(declaration, 2));
    const type = closed('Lean_LocalContext_mkForall', take(stated, 0));
    drop(stated);
    const proof = closed('Lean_LocalContext_mkLambda', assigned(state, root));
    [declaration, local, variables].forEach(drop);
    const isOpen = [type, proof].some((e) => truth(call('Lean_Expr_hasMVar', keep(e))) || truth(call('Lean_Expr_hasFVar', keep(e))));
    if (isOpen) { drop(type); drop(proof); return null; }
    const name = lean.name(CHECKED);
    const theorem = constructor(0, [constructor(0, [keep(name), keep(problem.levels), type]), proof, lean.list([name])]);
    const environment = take(state.core, CORE_STATE.environment);
    const message = replaying.refusal(environment, constructor(2 /* Declaration.thmDecl */, [theorem]), Math.min(LARGEST_LIMIT, KERNEL_TIMES * thousands));
    drop(environment);
    return message;
  }

  /** Keep only some goals, which the caller knows to be independent of the others. */
  function focus(state, positions) {
    const goals = lean.listItems(state.goals);
    const chosen = positions.map((i) => goals[i]);
    return {
      term: keep(state.term), meta: keep(state.meta), core: keep(state.core),
      goals: lean.list(chosen.map(keep)), roots: chosen.map(keep),
    };
  }

  /**
   * Run a block tactic by tactic until one fails: returns {text, state} for the longest prefix of whole top-level
   * tactics that runs, or null if not even the first does.
   */
  function salvage(problem, state, tactic, limit) {
    prepare(problem, state, tactic);
    const parsed = parse(field(state.core, CORE_STATE.environment), tactic);
    if (parsed.error) return null;
    const list = find(lean, parsed.sequence, 'null');
    const tactics_ = list === null ? [] : lean.items(field(list, 2)).filter((_, i) => i % 2 === 0).map(keep);
    drop(parsed.sequence);
    let here = null, end = 0, heartbeats = 0;
    for (const one of tactics_) {
      const range = rangeOf(lean, one, lean.nameText(take(one, 1)));
      const after = evaluate(problem, here ?? state, one, limit);
      heartbeats += after.heartbeats;
      if (after.status !== 'advanced' || range === null) { if (after.state) release(after.state); break; }
      if (here) release(here);
      here = after.state;
      end = range[1];
    }
    if (here === null) return { heartbeats, state: null };
    // Undo the indentation that `parse` added: two columns a line after the `by`.
    const source = Buffer.from('by\n  ' + tactic.split('\n').join('\n  '), 'utf8').subarray(0, end).toString('utf8');
    return { heartbeats, state: here, text: source.slice('by\n  '.length).split('\n  ').join('\n') };
  }

  return { open, states, hypotheses, close, step, salvage, focus, view, release, exceptionText, inTermElab, metavariables };
};
