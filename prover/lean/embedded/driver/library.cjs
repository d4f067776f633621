'use strict';
// Lean's own library: its modules, the theorems in them, and statements of these that stand on their own.
//
// A theorem is stated in a context that holds what its module imports: neither itself nor anything after it is there. Its
// type is read from the compiled module, printed, elaborated again, and kept only if the same type comes out.

const constants = require('./constants.cjs');
const compiledModules = require('./modules.cjs');
const digests = require('./digest.cjs');
const naming = require('./names.cjs');
const oneliners = require('./oneliners.cjs');
const renaming = require('./renaming.cjs');

const ROOT = '/lib/lean';
const LIBRARIES = ['Init', 'Std'];
const MODULE = { names: 1, constants: 2 }; // fields of ModuleData
const AXIOM = 0, THEOREM = 2; // a theorem of which only the statement is kept looks like an axiom
const SORRY = 'Lean.Parser.Tactic.tacticSorry';
const WIDTH = 100;
const LONGEST = 1500;

// What Lean and its tactics make by themselves.
const GENERATED = /^(_|match_\d|eq_\d|eq_def$|eq_unfold$|proof_\d|sizeOf_spec$|inj$|injEq$|noConfusion|rec$|recOn$|casesOn$|brecOn|binductionOn|below$|ibelow$|induct|fun_cases|mutual_induct|partial_correctness|fixpoint_induct|congr_simp|congr_eq_|hcongr_|ctorIdx|toCtorIdx|ofNat_ctorIdx|ofNat_toCtorIdx|omega_nat|inst[A-Z])/;

// How statements are printed: the first way that is understood again is taken. `instances` gives instances names, too.
const WAYS = [
  { options: ['pp.proofs true', 'pp.deepTerms true', 'pp.maxSteps 100000'], instances: false },
  { options: ['pp.funBinderTypes true', 'pp.numericTypes true', 'pp.coercions.types true', 'pp.fieldNotation false'], instances: false },
  { options: ['pp.analyze true'], instances: false },
  { options: ['pp.analyze false', 'pp.explicit true'], instances: true },
  { options: ['pp.universes true', 'pp.notation false'], instances: true },
];

// What automation can do in a context: a tactic lacks its lemmas, or its syntax, where it fails on these.
const TRIALS = {
  decide: ['_root_.Eq (_root_.HAdd.hAdd 2 2 : _root_.Nat) 4'],
  simp: ['∀ p : Prop, _root_.Iff (_root_.And p _root_.True) p'],
  omega: ['∀ a b : _root_.Nat, _root_.LT.lt a b → _root_.LE.le (_root_.HAdd.hAdd a 1) b'],
  grind: [
    '∀ (f : _root_.Nat → _root_.Nat) (a b : _root_.Nat), _root_.Eq (f a) b → _root_.Eq (f (f a)) (f b)',
    '∀ a b : _root_.Nat, _root_.LT.lt a b → _root_.LE.le (_root_.HAdd.hAdd a 1) b',
  ],
};

module.exports = function library(lean, front, engine, audit) {
  const { raw, box, keep, drop, tag, field, take, constructor, call, run } = lean;
  const { lookUp, levelsOf, typeOf, usedBy } = constants(lean);
  const { key, parse, shown } = naming(lean);
  const digest = digests(lean);
  const renamed = renaming(lean);
  const environmentOf = audit.environmentOf;

  // -- compiled modules ----------------------------------------------------------------------------------------------

  const { moduleData, importsOf } = compiledModules(lean);

  /** The axioms and theorems of a module as pairs of name and `ConstantInfo`, lent. */
  function stated(name) {
    const data = moduleData(name);
    const names = lean.items(field(data, MODULE.names));
    const infos = lean.items(field(data, MODULE.constants));
    return names.map((n, i) => [n, infos[i]]).filter(([, info]) => tag(info) === AXIOM || tag(info) === THEOREM);
  }

  function moduleNames() {
    const { FS } = globalThis.Module;
    const found = [];
    const visit = (path) => {
      for (const entry of FS.readdir(`${ROOT}/${path}`).sort()) {
        if (/^\w+\.olean$/.test(entry)) found.push(`${path}/${entry.slice(0, -'.olean'.length)}`);
        else if (/^\w+$/.test(entry)) visit(`${path}/${entry}`);
      }
    };
    LIBRARIES.forEach(visit);
    return [...LIBRARIES, ...found.map((path) => path.replaceAll('/', '.'))];
  }

  const modules = () => moduleNames().map((name) =>
    ({ name, imports: importsOf(name), stated: stated(name).filter(([constant]) => !isGenerated(constant)).length }));

  // -- what a module states ------------------------------------------------------------------------------------------

  /** Run an action of MetaM on a throw-away state; returns null where Lean throws. */
  function attempt(commandState, action) {
    let result = null;
    raw.lean_io_set_heartbeats(box(0));
    engine.inTermElab(commandState, (contexts, references) => {
      try {
        result = action([contexts.meta, references.meta, contexts.core, references.core]);
      } catch (e) {
        if (!(e instanceof lean.LeanException)) throw e;
        drop(e.object);
      }
    });
    return result;
  }

  const isProposition = (commandState, type) =>
    attempt(commandState, (monad) => lean.unbox(run('Lean_Meta_isProp', keep(type), ...monad.map(keep))) === 1) === true;

  /** Whether a name was made by Lean rather than written by people. */
  const isGenerated = (name) => {
    const hidden = lean.unbox(call('Lean_Name_isInternalDetail', keep(name))) === 1 || lean.unbox(call('Lean_isPrivateName', keep(name))) === 1;
    return hidden || lean.nameText(keep(name)).split('.').some((part) => GENERATED.test(part));
  };

  /**
   * The theorems of a module that can be stated in the context of `commandState`, how many cannot and why, and which
   * tactics do not work there.
   */
  function candidates(module, commandState, heartbeats) {
    const environment = environmentOf(commandState);
    const dropped = {};
    const because = (reason) => { dropped[reason] = (dropped[reason] ?? 0) + 1; };
    const known = new Map();
    const isThere = (name) => {
      const id = key(name);
      if (!known.has(id)) {
        const info = lookUp(environment, name);
        known.set(id, info !== null);
        if (info !== null) drop(info);
      }
      drop(name);
      return known.get(id);
    };
    const names = [];
    for (const [name, info] of stated(module)) {
      if (isGenerated(name)) because('generated');
      else if (isThere(keep(name))) because('already there');
      else if (!usedBy(typeOf(info)).map(isThere).every(Boolean)) because('own module');
      else if (isProposition(commandState, typeOf(info))) names.push(shown(name));
    }
    const works = (tactic) => TRIALS[tactic].every((type) => elaborates(`theorem trial : ${type} := by\n  intros\n  ${tactic}`));
    const elaborates = (source) => {
      const result = front.elaborate(source, keep(commandState), heartbeats);
      drop(result.state);
      return !result.messages.some((m) => m.severity === 'error');
    };
    const tactics = elaborates('theorem trial (p : Prop) (h : p) : p := by\n  intros\n  first\n    | exact rfl\n    | (apply h <;> assumption)');
    return { names, dropped, tactics, lacks: Object.keys(TRIALS).filter((tactic) => !works(tactic)) };
  }

  /** Which modules a context holds and which of some names it knows. */
  function contents(commandState, names) {
    const environment = environmentOf(commandState);
    const held = call('Lean_Environment_allImportedModuleNames', keep(environment));
    const inside = lean.items(held).map((name) => lean.nameText(keep(name)));
    drop(held);
    const known = names.filter((written) => {
      const name = parse(written);
      const info = lookUp(environment, name);
      drop(name);
      if (info !== null) drop(info);
      return info !== null;
    });
    return { modules: inside, names: known };
  }

  let closing = null;
  function closedByOne() {
    if (closing === null) {
      closing = oneliners(lean, engine, audit);
      for (const module of moduleNames()) stated(module).forEach(([name, info]) => closing.note(name, typeOf(info)));
    }
    return closing;
  }

  // -- statements ----------------------------------------------------------------------------------------------------

  /** A command state in which a constant of this type is declared, or null if Lean refuses it; lends its arguments. */
  function declare(commandState, name, levels, type) {
    const declaration = constructor(0, [constructor(0, [constructor(0, [lean.name(name), keep(levels), keep(type)])], 4)]); // an axiom
    return attempt(commandState, ([, , coreContext, coreReference]) => {
      drop(run('Lean_addDecl', declaration, box(0), keep(coreContext), keep(coreReference)));
      const after = lean.deref(coreReference);
      const result = lean.withFields(commandState, { 0: take(after, 0) });
      drop(after);
      return result;
    });
  }

  function printed(commandState, name) {
    return attempt(commandState, (monad) => {
      const found = run('Lean_PrettyPrinter_ppSignature', lean.name(name), ...monad.map(keep));
      const format = take(found, 0);
      drop(found);
      return lean.text(call('Std_Format_pretty', format, box(WIDTH), box(0), box(0)));
    });
  }

  /** Elaborate a statement; returns why it is not the one that was meant, or null. */
  function differs(before, source, fresh, info, kinds, heartbeats) {
    let unlisted = null;
    const result = front.elaborate(`${source} sorry`, keep(before), heartbeats, (summary) => {
      unlisted ??= [...summary.kinds.keys()].find((kind) => !kinds.has(kind) && !kind.startsWith('token.') && kind !== SORRY) ?? null;
      return null;
    });
    const name = lean.name(fresh);
    const made = lookUp(environmentOf(result.state), name);
    drop(name);
    drop(result.state);
    const levels = (of) => lean.listItems(levelsOf(of)).map(key).join(' ');
    try {
      if (made === null || result.messages.some((m) => m.severity === 'error')) return 'not understood again';
      if (levels(made) !== levels(info)) return 'another type';
      if (!raw.lean_expr_eqv(typeOf(made), typeOf(info)) && digest(typeOf(made)) !== digest(typeOf(info))) return 'another type';
      return unlisted === null ? null : 'notation not listed';
    } finally {
      if (made !== null) drop(made);
    }
  }

  /** A name that says which theorem it is, without its namespaces, so that nothing is opened by stating it. */
  const freshName = (written) => written.replace(/[^\p{L}\p{N}_'?!]/gu, '_').replace(/^(?=[^\p{L}_])/u, 't');

  /**
   * State theorems of a module on top of `before`, the context with the header of its problems. Each is answered with a
   * `statement` and how far down the list of ways it was found, or with the reason why there is none.
   */
  function restate(module, before, { names, kinds, heartbeats }) {
    const wanted = new Set(names);
    const allowed = new Set(kinds);
    const ways = [];
    let state = keep(before);
    for (const { options, instances } of WAYS) {
      state = front.elaborate(options.map((option) => `set_option ${option}`).join('\n'), state, 0).state;
      ways.push({ state: keep(state), instances });
    }
    drop(state);
    const answers = stated(module).filter(([name]) => wanted.has(shown(name))).map(([name, info]) =>
      ({ name: shown(name), ...stateOne(before, ways, shown(name), info, allowed, heartbeats) }));
    ways.forEach(({ state }) => drop(state));
    return { theorems: answers };
  }

  function stateOne(before, ways, written, info, kinds, heartbeats) {
    const fresh = freshName(written);
    const levels = lean.listItems(levelsOf(info)).map(shown);
    let reason = 'not declared';
    for (const [way, { state, instances }] of ways.entries()) {
      const type = renamed(typeOf(info), instances);
      const declared = declare(state, fresh, levelsOf(info), type);
      drop(type);
      if (declared === null) return { reason };
      let signature = printed(declared, fresh);
      drop(declared);
      if (signature === null || !signature.startsWith(fresh)) { reason = 'not printed'; continue; }
      if (levels.length && !signature.startsWith(`${fresh}.{`)) signature = `${fresh}.{${levels.join(', ')}}${signature.slice(fresh.length)}`;
      const statement = `theorem ${signature} := by`;
      if (statement.length > LONGEST) return { reason: 'too long' };
      reason = differs(before, statement, fresh, info, kinds, heartbeats);
      if (reason !== null) continue;
      if (closedByOne().isClosed(before, typeOf(info), audit.levelsOf(info), heartbeats)) return { reason: 'one constant' };
      return { statement, way, digest: digest(typeOf(info)) };
    }
    return { reason };
  }

  return { modules, importsOf, contents, candidates, restate };
};
