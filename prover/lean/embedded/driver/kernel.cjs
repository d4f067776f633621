'use strict';
// The kernel process: it holds the pinned library and the pinned context, is handed documents, and says whether the kernel
// accepts a proof of a statement. It parses no Lean, elaborates nothing, evaluates nothing, prints no term, and keeps nothing
// of a request: every request starts from the environment that was imported. What it finds out about imported constants
// (imported.cjs) depends on the library alone.
//
// Nothing is compared. What the statement rests on is added first; then the candidate's own definitions and theorems, under
// names that nobody else has; then a theorem with the statement's name, universe parameters and type, of which the candidate
// supplies the value.

const boot = require('./runtime.cjs');
const adding = require('./adding.cjs');
const check = require('./document.cjs');
const constants = require('./constants.cjs');
const decoder = require('./decode.cjs');
const imported = require('./imported.cjs');
const loop = require('./loop.cjs');
const modules = require('./modules.cjs');
const naming = require('./names.cjs');
const stack = require('./stack.cjs');
const structures = require('./structures.cjs');

const { bodilessBelow } = imported;
const { KernelRefusal } = adding;
const { Refused } = check;
const ROOTS = ['/modules', '/lib/lean'];
const PRIVATE = 2; // OLeanLevel: everything that a compiled module holds
const KEPT = 4;
const FRESH = 'proofsmith.fresh';
const STATED_HEARTBEATS = 2000000; // thousands; what trusted source may take

module.exports = function kernel(lean) {
  const { raw, box, isScalar, keep, drop, take } = lean;
  const { kindOf, isSafe, bodyOf, levelsOf, typeOf, usedBy } = constants(lean);
  const { key, shown } = naming(lean);
  const kernelSide = adding(lean);
  const { importsOf } = modules(lean);
  const decode = decoder(lean);
  const projectable = structures(lean, kernelSide);
  const checkStack = stack(lean);
  const environments = new Map(); // by context, the last used ones last; each with what is known of its constants
  const knowledge = imported(lean, find, holds);
  let environment = null;
  let known = null; // name of an imported constant -> what is known of it
  let isProposition = null;
  let policy = null;
  let resumed = lean.resumed?.context ?? null; // the environment of the image that was read, until it is asked for

  function provide(files) {
    const { FS } = globalThis.Module;
    FS.mkdirTree(ROOTS[0]);
    for (const [name, bytes] of Object.entries(files)) FS.writeFile(`${ROOTS[0]}/${name}`, Buffer.from(bytes, 'base64'));
    drop(lean.run('Lean_initSearchPath', lean.string('/'), lean.list(ROOTS.map((folder) => lean.string(folder))), box(0)));
  }

  /** An `Import` of everything in a module. */
  function importOf(name) {
    const made = lean.constructor(0, [lean.name(name)], 3); // importAll, isExported, isMeta
    new Uint8Array(globalThis.Module.wasmMemory.buffer)[made + 8 + 4 + 1] = 1;
    return made;
  }

  /** Import modules without what elaboration keeps of them: no parser, no instance, no initialiser runs. */
  function importModules(names) {
    const trust = lean.constructor(0, [], 4);
    const made = lean.run('Lean_importModules', lean.array(names.map(importOf)), lean.global('Lean_Options_empty'), trust,
      lean.array([]), box(0), box(0), box(PRIVATE), box(1), box(0));
    return raw.lean_elab_environment_to_kernel_env(made) >>> 0;
  }

  function importedModules(imports, before, files) {
    if (Object.keys(files).length) provide(files);
    return importModules(before ? importsOf(before) : imports);
  }

  function load({ key: name, imports, before, files, limits, trust }) {
    policy = { limits, never: new Set(trust.never), compiler: new RegExp(`^(?:${trust.compiler})$`), axioms: new Set(trust.axioms) };
    let held = environments.get(name) ?? null;
    if (held === null) {
      lean.seal(false);
      held = { environment: resumed?.key === name ? resumed.environment : importedModules(imports, before, files) };
      if (resumed?.key === name) resumed = null;
      Object.assign(held, knowledge(held.environment, forbidden, policy.axioms));
      lean.seal(true);
    }
    ({ environment, known, isProposition } = held);
    environments.delete(name);
    environments.set(name, held);
    if (environments.size > KEPT) {
      const oldest = [...environments.keys()].find((kept) => kept !== lean.resumed?.context.key); // nobody sends its files
      drop(environments.get(oldest).environment);
      environments.delete(oldest);
    }
    return { messages: [], commands: 0 };
  }

  /** The `ConstantInfo` of a name, owned, or null. Lends both. */
  function find(env, name) {
    const found = raw.lean_environment_find(keep(env), keep(name)) >>> 0;
    if (isScalar(found)) return null;
    const info = take(found, 0);
    drop(found);
    return info;
  }

  const has = (env, name) => {
    const info = find(env, name);
    if (info !== null) drop(info);
    return info !== null;
  };

  const forbidden = (text) => policy.never.has(text) || policy.compiler.test(text);

  /** Refuse what no proof may rest on, by name and through the bodies of imported definitions, before anything is added. */
  function refuseForbidden(document) {
    for (const e of document.exprs) {
      if (e[0] !== 'c' && e[0] !== 'j') continue;
      const text = document.spelled[e[1]];
      if (forbidden(text)) throw new Refused('axioms', `the proof rests on ${text}, which is not trusted`);
    }
    const own = new Set(document.declarations.map((d) => d.name));
    const mentioned = new Set(document.exprs.filter((e) => e[0] === 'c' || e[0] === 'j').map((e) => e[1]));
    const names = decode({ names: document.names, levels: [], exprs: [] });
    try {
      for (const i of mentioned)
        if (!own.has(i) && known(names.constant(i))?.forbidden) throw new Refused('axioms', `the proof rests on ${document.spelled[i]}, which is not trusted`);
    } finally {
      names.release();
    }
    for (const d of document.declarations)
      if (d.kind !== 'inductive' && forbidden(document.spelled[d.name])) throw new Refused('axioms', `${document.spelled[d.name]} may not be declared`);
  }

  /** A function that makes names which neither the library nor the statement has; the result is owned. */
  function freshNames(env, taken) {
    let prefix = lean.name(FRESH);
    for (let n = 0; has(env, prefix) || taken.has(key(prefix)); n++) prefix = raw.lean_name_mk_numeral(prefix, box(n)) >>> 0;
    let count = 0;
    const next = () => {
      const name = raw.lean_name_mk_numeral(keep(prefix), box(count++)) >>> 0;
      if (has(env, name) || taken.has(key(name))) throw new Error('a fresh name is taken');
      return name;
    };
    return Object.assign(next, { release: () => drop(prefix) });
  }

  function judge({ statement, candidate, nonce, heartbeats }) {
    const held = [];
    const hold = (thing) => (held.push(thing), thing);
    const state = { env: keep(environment), stage: 'statement' };
    try {
      const asked = check(statement, 'statement', policy.limits);
      const given = check(candidate, 'candidate', policy.limits);
      refuseForbidden(asked);
      refuseForbidden(given);
      if (asked.target.levels.length !== given.target.levels.length)
        throw new Refused('document', 'the proof has another number of universe parameters than the statement');
      return { nonce, ...decide(asked, given, heartbeats, state, hold) };
    } catch (e) {
      if (e instanceof Refused) return { nonce, accepted: false, reason: e.reason, message: e.message };
      if (!(e instanceof KernelRefusal)) throw e;
      const reason = state.stage === 'statement' ? 'statement' : e.limit ? 'limit' : 'kernel';
      return { nonce, accepted: false, reason, message: `the kernel refuses ${state.adding}: ${e.message}` };
    } finally {
      held.forEach((thing) => thing.release());
      drop(state.env);
      checkStack();
    }
  }

  function decide(asked, given, heartbeats, state, hold) {
    const trusted = hold(decode(asked));
    const levels = (terms, numbers) => lean.list(numbers.map((i) => keep(terms.universe(i))));
    const add = (what, declaration, thousands) => {
      state.adding = what;
      const next = kernelSide.add(keep(state.env), declaration, thousands);
      drop(state.env);
      state.env = next;
    };
    const added = new Set(); // the keys of new constants

    // What the statement rests on.
    for (const d of asked.declarations) {
      const names = d.kind === 'inductive' ? d.types.flatMap((one) => [one.name, ...one.constructors.map((made) => made.name)]) : [d.name];
      for (const name of names) if (has(environment, trusted.constant(name))) throw new Refused('statement', `the statement declares ${asked.spelled[name]}, which the library has`);
      add(`${asked.spelled[names[0]]} of the statement`, made(d, trusted, levels, (i) => keep(trusted.constant(i))), STATED_HEARTBEATS);
      for (const name of names) added.add(key(trusted.constant(name)));
    }
    const statementEnv = hold(owned(keep(state.env))).object;
    const target = trusted.constant(asked.target.name);
    if (has(state.env, target)) throw new Refused('statement', 'the name of the theorem is taken');

    // What the candidate declares for itself, under fresh names; what it names otherwise has to be there.
    state.stage = 'candidate';
    const taken = new Set([...added, key(target)]);
    const next = hold(freshNames(statementEnv, taken));
    const own = new Map(given.declarations.map((d, i) => [d.name, i]));
    const universes = new Map(given.target.levels.map((name, i) => [name, asked.target.levels[i]]));
    const levelTexts = new Set(asked.target.levels.map((name) => asked.spelled[name]));
    let levelCount = 0;
    const freshLevel = () => {
      for (;;) {
        const text = `l${levelCount++}`;
        if (!levelTexts.has(text)) return lean.name(text);
      }
    };
    const terms = hold(decode(given, (i) => (own.has(i) ? next() : null), (i) => (universes.has(i) ? keep(trusted.universe(universes.get(i))) : freshLevel())));
    orderly(given, own);
    const allows = projectable(statementEnv, find, next, heartbeats);
    for (const e of given.exprs) {
      if ((e[0] !== 'c' && e[0] !== 'j') || own.has(e[1])) {
        if (e[0] === 'j') throw new Refused('document', `a projection names ${given.spelled[e[1]]}, which is no structure`);
        continue;
      }
      const name = terms.constant(e[1]);
      if (!has(statementEnv, name)) throw new Refused('document', `the proof uses constants that do not exist: ${given.spelled[e[1]]}`);
      const refusal = e[0] === 'j' ? allows(name, e[2]) : null;
      if (refusal !== null) throw new Refused('document', `a projection takes field ${e[2]}, which ${given.spelled[e[1]]} ${refusal}`);
    }
    for (const d of given.declarations) add(given.spelled[d.name], made(d, terms, levels, (i) => keep(terms.constant(i))), heartbeats);
    const theorem = kernelSide.theorem(keep(target), levels(trusted, asked.target.levels), keep(trusted.expr(asked.target.type)), keep(terms.expr(given.target.value)));
    add(asked.spelled[asked.target.name], theorem, heartbeats);
    return { accepted: true, ...foundations(state.env, trusted.expr(asked.target.type), terms.expr(given.target.value)) };
  }

  /** Refuse a constant of the candidate that is used before it is declared, in the type of the target or in a declaration. */
  function orderly(document, own) {
    const latest = new Int32Array(document.exprs.length).fill(-1); // of the candidate's own constants in an expression
    document.exprs.forEach((e, i) => {
      const parts = e[0] === 'a' ? [e[1], e[2]] : e[0] === 'l' || e[0] === 'p' ? [e[2], e[3]] : e[0] === 'e' ? [e[2], e[3], e[4]] : e[0] === 'j' ? [e[3]] : [];
      latest[i] = parts.reduce((most, part) => Math.max(most, latest[part]), (e[0] === 'c' || e[0] === 'j') && own.has(e[1]) ? own.get(e[1]) : -1);
    });
    document.declarations.forEach((d, i) => {
      if (latest[d.type] >= i || latest[d.value] >= i) throw new Refused('document', `${document.spelled[d.name]} uses what is declared later`);
    });
  }

  const owned = (object) => ({ object, release: () => drop(object) });

  /** The declaration of Lean, owned. */
  function made(d, terms, levels, name) {
    const expr = (i) => keep(terms.expr(i));
    const own = levels(terms, d.levels);
    switch (d.kind) {
      case 'definition': return kernelSide.definition(name(d.name), own, expr(d.type), expr(d.value), d.hints);
      case 'theorem': return kernelSide.theorem(name(d.name), own, expr(d.type), expr(d.value));
      case 'opaque': return kernelSide.opaque(name(d.name), own, expr(d.type), expr(d.value));
      case 'axiom': return kernelSide.axiom(name(d.name), own, expr(d.type));
      default: return kernelSide.inductive(own, d.parameters, d.types.map((one) => ({
        name: name(one.name), type: expr(one.type), constructors: one.constructors.map((c) => ({ name: name(c.name), type: expr(c.type) })),
      })));
    }
  }

  /**
   * What a proof rests on. New constants are followed; an imported one is reported where it has no body, with whether its type
   * is a proposition, and whether the statement itself rests on it. The standard axioms are found through the bodies of
   * imported definitions as well.
   */
  function foundations(env, type, value) {
    const proved = reach(env, [value]);
    const asked = reach(env, [type]);
    const axioms = new Set([...proved.library].flatMap((node) => [...node.axioms]));
    const library = new Set([...proved.library, ...asked.library]);
    const bodiless = [...library].filter((node) => node.bodiless);
    for (const node of bodiless) if (policy.axioms.has(node.text)) axioms.add(node.text);
    const hollow = bodiless.map((node) => ({ name: node.text, kind: node.kind, safe: node.safe, proposition: isProposition(node) }));
    const stated = hollow.some((constant) => !constant.proposition) ? bodilessBelow(asked.library) : [];
    const unsound = [...new Map([...proved.unsound, ...asked.unsound])];
    return { axioms: [...axioms], bodiless: hollow, stated, unsound, constants: library.size };
  }

  /** Whether the type of an imported constant is a proposition. Lends both. */
  function holds(env, info) {
    const next = freshNames(env, new Set());
    const answer = kernelSide.holdsAs(env, next(), keep(levelsOf(info)), kernelSide.proposition(), keep(typeOf(info)), STATED_HEARTBEATS);
    next.release();
    return answer;
  }

  /** What expressions rest on, through new constants: imported constants, and those new ones that are no theorem or safe definition. */
  function reach(env, roots) {
    const library = new Set();
    const unsound = [];
    const seen = new Set();
    const pending = roots.flatMap(usedBy);
    while (pending.length) {
      const name = pending.pop();
      const id = key(name);
      if (!seen.has(id)) {
        seen.add(id);
        const node = known(name);
        const info = node === null ? find(env, name) : null;
        if (node !== null) library.add(node);
        if (info !== null) {
          const body = bodyOf(info);
          pending.push(...usedBy(typeOf(info)), ...(body === null ? [] : usedBy(body)));
          if (kindOf(info) === 'axiom' || kindOf(info) === 'opaque' || !isSafe(info)) unsound.push([shown(name), kindOf(info)]);
          drop(info);
        }
      }
      drop(name);
    }
    return { library, unsound };
  }

  lean.state.context = () => ({ key: [...environments.keys()].at(-1), environment });
  if (resumed !== null) lean.seal(true);

  const table = { load, judge };
  return (request) => {
    const operation = Object.hasOwn(table, request.op) ? table[request.op] : null;
    if (operation === null) throw new Error(`the kernel process knows no operation ${request.op}`);
    return operation(request);
  };
};

if (require.main === module)
  boot(JSON.parse(process.argv[2]), (lean) => loop(lean, module.exports(lean)), false);
